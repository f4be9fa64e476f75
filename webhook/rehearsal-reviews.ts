/**
 * The reviews that a replica sends to itself before it is ready: one of every kind, with a constant
 * cluster.
 */
import { PodHelper } from "../capabilities/opt-in";
import type { Surroundings } from "../capabilities/surroundings";
import { canonicalJson } from "../rules/credspec/canonical-json";
import type { Cluster } from "../rules/credspec/cluster";
import type { JsonObject } from "../rules/json-object";
import { Metrics } from "../telemetry/metrics";
import { CREDSPECS, PODS, WORKLOADS, type Asked } from "./asked-review";
import type { CheckedReview, Webhook } from "./pepr-reviews";

/** A review, and the expected answer. */
export interface RehearsedReview {
  webhook: Webhook;
  review: CheckedReview & { request: { uid: string } };
  allowed: boolean;
}

const NAMESPACE = "rehearsal";
const CREDSPEC = "rehearsed";
/** The service account without a grant. */
const STRANGER = "stranger";

const value: JsonObject = {
  ActiveDirectoryConfig: {
    GroupManagedServiceAccounts: [
      { Name: CREDSPEC, Scope: "contoso.com" },
      { Name: CREDSPEC, Scope: "CONTOSO" },
    ],
  },
  CmsPlugins: ["ActiveDirectory"],
  DomainJoinConfig: {
    DnsName: "contoso.com",
    DnsTreeName: "contoso.com",
    Guid: "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13",
    MachineAccountName: CREDSPEC,
    NetBiosName: "CONTOSO",
    Sid: "S-1-5-21-1957390241-3086214477-2670915583",
  },
};
const contents = canonicalJson(value);

const cluster: Cluster = {
  readCredspec: () => Promise.resolve({ outcome: "found", credspec: { value, contents } }),
  mayUse: ({ name }) =>
    Promise.resolve(name === STRANGER ? { outcome: "denied", reason: "" } : { outcome: "allowed" }),
};

/** Surroundings without side effects: no calls to the cluster, no metrics, no log lines. */
export function rehearsalSurroundings(): Surroundings {
  const helper = new PodHelper({}, () => ({
    annotationsOf: () => Promise.resolve({ outcome: "absent" }),
  }));
  const silent = (): void => undefined;
  return {
    cluster: () => cluster,
    helper: () => helper,
    scan: undefined,
    metrics: new Metrics(),
    log: { warn: silent, error: silent },
  };
}

/** Returns reviews of every kind. Those of Pods include creations and updates, admitted and refused. */
export function rehearsedReviews(): RehearsedReview[] {
  const expanded = podOf([contents, contents, contents]);
  return [
    { webhook: "mutate", review: podReview(podOf([""])), allowed: true },
    { webhook: "mutate", review: podReview(podOf(["", "", ""])), allowed: true },
    { webhook: "validate", review: podReview(podOf([contents])), allowed: true },
    { webhook: "validate", review: podReview(expanded), allowed: true },
    { webhook: "validate", review: podReview(podOf([""])), allowed: false },
    { webhook: "validate", review: podReview(podOf([contents], STRANGER)), allowed: false },
    { webhook: "validate", review: podReview(podOf(["{}"]), podOf([contents])), allowed: false },
    ...credspecReviews(),
    ...WORKLOADS.map(asked => ({
      webhook: "validate" as const,
      review: workloadReview(asked),
      allowed: true,
    })),
  ];
}

function reviewOf(
  { group, version, kind, resource, isNamespaced }: Asked,
  object: object | null,
  more: object = {},
): RehearsedReview["review"] {
  const request = {
    uid: "",
    kind: { group, version, kind },
    resource: { group, version, resource },
    ...(isNamespaced && { namespace: NAMESPACE }),
    name: "",
    operation: "CREATE",
    userInfo: { username: NAMESPACE },
    object,
    oldObject: null,
    ...more,
  };
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request,
  } as RehearsedReview["review"];
}

function versionOf({ group, version }: Asked): string {
  return group === "" ? version : `${group}/${version}`;
}

/**
 * Returns a Pod with one container for each of the contents, and with the fields that an API server
 * fills in.
 */
function podOf(all: readonly string[], serviceAccountName = "rehearsing"): object {
  const windowsOptionsOf = (gmsaCredentialSpec: string): object => ({
    gmsaCredentialSpecName: CREDSPEC,
    ...(gmsaCredentialSpec !== "" && { gmsaCredentialSpec }),
  });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { generateName: "web-", namespace: NAMESPACE, labels: { app: "web" } },
    spec: {
      serviceAccountName,
      os: { name: "windows" },
      nodeSelector: { "kubernetes.io/os": "windows" },
      volumes: [{ name: "token", projected: { sources: [{ serviceAccountToken: {} }] } }],
      containers: all.map((each, index) => ({
        name: `web-${index}`,
        image: "mcr.microsoft.com/windows/servercore/iis",
        env: [{ name: "LOG_LEVEL", value: "info" }],
        resources: { requests: { cpu: "100m", memory: "256Mi" } },
        securityContext: { windowsOptions: windowsOptionsOf(each) },
      })),
    },
  };
}

function podReview(pod: object, oldPod?: object): RehearsedReview["review"] {
  const update = oldPod === undefined ? {} : { operation: "UPDATE", oldObject: oldPod };
  return reviewOf(PODS, pod, update);
}

function credspecReviews(): RehearsedReview[] {
  const object = {
    apiVersion: versionOf(CREDSPECS),
    kind: CREDSPECS.kind,
    metadata: { name: CREDSPEC },
    credspec: value,
  };
  const updated = { operation: "UPDATE", oldObject: object };
  const deleted = { operation: "DELETE", oldObject: object };
  return [
    reviewOf(CREDSPECS, object),
    reviewOf(CREDSPECS, object, updated),
    reviewOf(CREDSPECS, null, deleted),
  ].map(review => ({ webhook: "validate", review, allowed: true }));
}

function workloadReview(asked: Asked): RehearsedReview["review"] {
  const { kind } = asked;
  const spec = { template: podOf([""]) };
  return reviewOf(asked, {
    apiVersion: versionOf(asked),
    kind,
    metadata: { name: "web", namespace: NAMESPACE },
    spec: kind === "CronJob" ? { jobTemplate: { spec } } : spec,
  });
}
