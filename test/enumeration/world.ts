/**
 * A small world of admission requests, enumerated completely: creations, and the updates that can
 * follow.
 */
import type { ObjectLike } from "../../rules/object";

/** Requests of one kind: one for each combination of one letter per alphabet. */
export interface Slice {
  name: string;
  apiVersion: string;
  kind: string;
  resource: string;
  subresource: string;
  operation: "CREATE" | "UPDATE" | "DELETE";
  /** Alphabets that the object and the old object share. */
  shared: readonly string[];
  object: readonly string[];
  oldObject: readonly string[];
  /** Whether requests that are sent to a webhook always have something to check. */
  exact: boolean;
  /**
   * Whether the API server's own validation refuses such a request before Validate and the policy
   * run.
   */
  refusedBefore?: boolean;
}

/** The objects of a case. */
export interface Case {
  object?: ObjectLike;
  oldObject?: ObjectLike;
}

const POD = { apiVersion: "v1", kind: "Pod", resource: "pods", subresource: "" };
const CREATE = { operation: "CREATE", shared: [], oldObject: [], exact: true } as const;
const UPDATE = { operation: "UPDATE", shared: [], exact: true } as const;

const FEWEST_PLACES = ["Pod, fewest", "containers, fewest", "init, fewest", "ephemeral, fewest"];
const SOME_PLACES = ["Pod, some", "containers, some", "init, some", "ephemeral, some"];
const MIXED_UP_PLACES = ["containers, mixed up", "init, mixed up"];

function podSlices(): Slice[] {
  /** One place changes from any value to any other, for all values of the other places. */
  const changes = (name: string, place: string, others: readonly string[]): Slice => ({
    ...{ name, ...POD, ...UPDATE, shared: others },
    ...{ object: [place], oldObject: [place] },
  });
  return [
    {
      ...{ name: "new Pods", ...POD, ...CREATE },
      object: ["Pod, each", "containers, each", "init, each", "ephemeral, fewest"],
    },
    {
      ...{ name: "new Pods with any ephemeral container", ...POD, ...CREATE },
      object: ["Pod, each", "containers, some", "init, some", "ephemeral, each"],
    },
    {
      ...{ name: "new Pods, Pod and containers spelled", ...POD, ...CREATE },
      object: ["Pod, spelled", "containers, spelled", "init, few", "ephemeral, few"],
    },
    {
      ...{ name: "new Pods, other lists spelled", ...POD, ...CREATE },
      object: ["Pod, few", "containers, few", "init, spelled", "ephemeral, spelled"],
    },
    {
      // Any value of such an annotation counts as a request.
      ...{ name: "new Pods with annotations", ...POD, ...CREATE, exact: false },
      object: ["annotations", "Pod, each", "containers, few", "init, few", "ephemeral, few"],
    },
    { ...{ name: "odd Pods", ...POD, ...CREATE }, object: ["odd Pods"] },
    {
      ...{ name: "odd changes", ...POD, ...UPDATE },
      ...{ object: ["odd Pods"], oldObject: ["odd Pods"] },
    },
    {
      ...{ name: "any changes", ...POD, ...UPDATE },
      ...{ object: SOME_PLACES, oldObject: SOME_PLACES },
    },
    changes("changes of the Pod", "Pod, each", FEWEST_PLACES.slice(1)),
    changes("changes of a container", "containers, one of each", [
      ...["Pod, few", "init, few", "ephemeral, few"],
    ]),
    changes("changes of two containers", "containers, two of each", []),
    changes("changes of an init container", "init, each", [
      ...["Pod, fewest", "containers, fewest", "ephemeral, fewest"],
    ]),
    changes("changes of an ephemeral container", "ephemeral, each", FEWEST_PLACES.slice(0, 3)),
    {
      // A changed order is sent although the settings are the same.
      ...{ name: "containers that move", ...POD, ...UPDATE, exact: false },
      ...{ object: MIXED_UP_PLACES, oldObject: MIXED_UP_PLACES },
    },
    {
      ...{ name: "new Pods with containers of one name", ...POD, ...CREATE },
      object: ["Pod, few", "containers of one name", "init, fewest"],
    },
    {
      // The API server refuses these before Validate and the policy: see later-webhook.test.ts.
      ...{ name: "changes of containers of one name", ...POD, ...UPDATE, exact: false },
      ...{ object: ["containers of one name"], oldObject: ["containers of one name"] },
      refusedBefore: true,
    },
    {
      // Mutate also receives a place that was already waiting before.
      ...{ name: "ephemeral containers", ...POD, ...UPDATE, subresource: "ephemeralcontainers" },
      ...{ exact: false, shared: FEWEST_PLACES.slice(0, 3) },
      ...{ object: ["ephemeral, one more"], oldObject: ["ephemeral, each"] },
    },
  ];
}

function otherSlices(): Slice[] {
  const deployment = {
    ...{ apiVersion: "apps/v1", kind: "Deployment" },
    ...{ resource: "deployments", subresource: "" },
  };
  const cronJob = {
    ...{ apiVersion: "batch/v1", kind: "CronJob", resource: "cronjobs", subresource: "" },
  };
  const credspec = {
    ...{ apiVersion: "windows.k8s.io/v1", kind: "GMSACredentialSpec" },
    ...{ resource: "gmsacredentialspecs", subresource: "" },
  };
  const some = "Deployments, some";
  return [
    { ...{ name: "new Deployments", ...deployment, ...CREATE }, object: ["Deployments"] },
    {
      ...{ name: "changes of Deployments", ...deployment, ...UPDATE, exact: false },
      ...{ object: [some], oldObject: [some] },
    },
    {
      ...{ name: "Deployments of owners", ...deployment, ...CREATE, exact: false },
      object: ["Deployments of owners"],
    },
    {
      ...{ name: "Deployments of old", ...deployment, ...CREATE },
      object: ["Deployments of old"],
    },
    { ...{ name: "new CronJobs", ...cronJob, ...CREATE }, object: ["CronJobs"] },
    { ...{ name: "new credspecs", ...credspec, ...CREATE, exact: false }, object: ["credspecs"] },
    {
      ...{ name: "changes of credential specs", ...credspec, ...UPDATE, exact: false },
      ...{ object: ["credspecs"], oldObject: ["credspecs"] },
    },
    {
      ...{ name: "deletions of credential specs", ...credspec, ...UPDATE, operation: "DELETE" },
      ...{ exact: false, object: ["nothing"], oldObject: ["credspecs"] },
    },
  ];
}

/** The whole world. */
export const SLICES: readonly Slice[] = [...podSlices(), ...otherSlices()];

/** A part of the world, for conditions that are broken on purpose. */
export const SMALL: readonly Slice[] = [
  ...SLICES.filter(({ name }) => /^odd|credspecs$|^new Deployments$|owners$|of old$/.test(name)),
  {
    ...{ name: "some new Pods", ...POD, ...CREATE, exact: false },
    object: ["annotations", ...FEWEST_PLACES],
  },
  {
    ...{ name: "some new Pods with anything", ...POD, ...CREATE },
    object: ["Pod, each", "containers, one of each"],
  },
  {
    ...{ name: "some changes", ...POD, ...UPDATE, shared: ["Pod, fewest"] },
    ...{ object: ["containers, fewest", "init, fewest"] },
    oldObject: ["containers, fewest", "init, fewest"],
  },
  {
    ...{ name: "some changes of the Pod", ...POD, ...UPDATE },
    ...{ object: ["Pod, each"], oldObject: ["Pod, each"] },
  },
  {
    ...{ name: "some containers that move", ...POD, ...UPDATE, exact: false },
    ...{ object: MIXED_UP_PLACES, oldObject: MIXED_UP_PLACES },
  },
  {
    ...{ name: "some ephemeral containers", ...POD, ...UPDATE, subresource: "ephemeralcontainers" },
    ...{ exact: false, shared: ["Pod, fewest"] },
    ...{ object: ["ephemeral, one more"], oldObject: ["ephemeral, few"] },
  },
];
