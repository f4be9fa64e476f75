/**
 * Checks that an AdmissionReview is one that the webhook configurations ask for, in the form that an API
 * server sends. Everything else is refused, so that bindings can rely on what they receive, and a review
 * never passes just because no binding matches it.
 *
 * As in every client, fields that later versions of Kubernetes add to a review are ignored.
 */
import * as z from "zod/mini";

import { CREDSPEC_KIND, CREDSPEC_RESOURCE } from "../rules/credspec/resource";
import { valueAt, type ObjectLike } from "../rules/object";
import { podTemplatesOf } from "../rules/workload/pod-template";
import type { WarnedKind } from "../rules/workload/warned-kinds";
import type { Webhook } from "./pepr-reviews";

/** A kind of object that the webhooks review. */
export interface Asked {
  group: string;
  version: string;
  kind: string;
  resource: string;
  isNamespaced: boolean;
  /** The operations by subresource. The key is empty for the object itself. */
  operations: Readonly<Record<string, readonly string[]>>;
}

const WRITES = ["CREATE", "UPDATE"];

/**
 * Matches the rules in `deploy/patches`, and every update of a Pod: Pepr's own configuration, which
 * `pepr dev` installs, sends those, and so would rules of `pods/*`. Tests check both.
 */
export const PODS: Asked = {
  ...{ group: "", version: "v1", kind: "Pod", resource: "pods", isNamespaced: true },
  operations: { "": WRITES, ephemeralcontainers: ["UPDATE"], resize: ["UPDATE"] },
};
export const CREDSPECS: Asked = {
  ...{ group: CREDSPEC_RESOURCE.group, version: CREDSPEC_RESOURCE.version, kind: CREDSPEC_KIND },
  ...{ resource: CREDSPEC_RESOURCE.plural, isNamespaced: false },
  operations: { "": [...WRITES, "DELETE"] },
};
export const WORKLOADS: readonly Asked[] = [
  ["apps", "Deployment", "deployments"],
  ["apps", "StatefulSet", "statefulsets"],
  ["apps", "DaemonSet", "daemonsets"],
  ["apps", "ReplicaSet", "replicasets"],
  ["", "ReplicationController", "replicationcontrollers"],
  ["batch", "Job", "jobs"],
  ["batch", "CronJob", "cronjobs"],
].map(([group = "", kind = "", resource = ""]): Asked => {
  return { group, version: "v1", kind, resource, isNamespaced: true, operations: { "": WRITES } };
});

/** The kinds by webhook, without the custom kinds of an installation. */
export const ASKED: Readonly<Record<Webhook, readonly Asked[]>> = {
  mutate: [PODS],
  validate: [PODS, CREDSPECS, ...WORKLOADS],
};

const text = z.string();
const optional = z.optional(text);
const anObject = z.looseObject({});
const windowsOptions = z.looseObject({
  gmsaCredentialSpecName: z.nullish(text),
  gmsaCredentialSpec: z.nullish(text),
  hostProcess: z.nullish(z.boolean()),
});
const securityContext = z.nullish(z.looseObject({ windowsOptions: z.nullish(windowsOptions) }));
const containers = z.nullish(
  z.array(
    z.looseObject({
      name: optional,
      restartPolicy: z.nullish(text),
      lifecycle: z.nullish(anObject),
      securityContext,
    }),
  ),
);
const nodeRequirements = z.nullish(
  z.array(z.looseObject({ key: text, operator: text, values: z.nullish(z.array(text)) })),
);
const nodeSelectorTerms = z.nullish(
  z.array(z.looseObject({ matchExpressions: nodeRequirements, matchFields: nodeRequirements })),
);
const nodeAffinity = z.nullish(
  z.looseObject({
    requiredDuringSchedulingIgnoredDuringExecution: z.nullish(z.looseObject({ nodeSelectorTerms })),
  }),
);
const podSpec = z.looseObject({
  containers,
  initContainers: containers,
  ephemeralContainers: containers,
  securityContext,
  serviceAccountName: z.nullish(text),
  hostname: z.nullish(text),
  hostnameOverride: z.nullish(text),
  os: z.nullish(z.looseObject({ name: optional })),
  nodeSelector: z.nullish(z.record(text, text)),
  nodeName: z.nullish(text),
  runtimeClassName: z.nullish(text),
  affinity: z.nullish(z.looseObject({ nodeAffinity })),
});
const metadata = z.looseObject({
  name: optional,
  namespace: optional,
  annotations: z.nullish(z.record(text, text)),
  ownerReferences: z.nullish(z.array(z.looseObject({ kind: text, name: text }))),
});
const template = z.nullish(
  z.looseObject({ metadata: z.nullish(metadata), spec: z.nullish(podSpec) }),
);
const anyObject = z.looseObject({ apiVersion: text, kind: text, metadata });
const kubernetesObject = z.extend(anyObject, {
  spec: z.nullish(
    z.extend(podSpec, {
      template,
      jobTemplate: z.nullish(z.looseObject({ spec: z.nullish(z.looseObject({ template })) })),
    }),
  ),
});
/** An object of a custom kind. Every value in it with the shape of a Pod template is checked as one. */
const addedObject = anyObject.check(
  z.refine(object =>
    podTemplatesOf(object as ObjectLike).every(({ pod }) => template.safeParse(pod).success),
  ),
);
const groupVersionKind = z.looseObject({ group: text, version: text, kind: text });
const groupVersionResource = z.looseObject({ group: text, version: text, resource: text });

const request = z.looseObject({
  uid: text.check(z.minLength(1), z.maxLength(253)),
  kind: groupVersionKind,
  resource: groupVersionResource,
  subResource: optional,
  requestKind: z.optional(groupVersionKind),
  requestResource: z.optional(groupVersionResource),
  requestSubResource: optional,
  name: optional,
  namespace: optional,
  operation: text,
  userInfo: z.looseObject({ username: optional }),
  object: z.nullish(anyObject),
  oldObject: z.nullish(anyObject),
  dryRun: z.nullish(z.boolean()),
  options: z.nullish(anObject),
});

const envelope = {
  apiVersion: z.literal("admission.k8s.io/v1"),
  kind: z.literal("AdmissionReview"),
  response: z.nullish(z.never()),
};
const knownObject = z.nullish(kubernetesObject);
const objectOfAdded = z.nullish(addedObject);

/** Source: https://pkg.go.dev/k8s.io/api/admission/v1#AdmissionReview */
const admissionReview = z.looseObject({
  ...envelope,
  request: z.extend(request, { object: knownObject, oldObject: knownObject }),
});
const addedReview = z.looseObject({
  ...envelope,
  request: z.extend(request, { object: objectOfAdded, oldObject: objectOfAdded }),
});
type Request = z.infer<typeof request>;
type Reviewed = z.infer<typeof anyObject>;

/**
 * Returns the field that makes a review invalid; empty for the whole review, and undefined if it is
 * valid.
 *
 * @param kinds the custom kinds of the installation, for Validate.
 */
export function wrongField(
  webhook: Webhook,
  review: unknown,
  kinds: readonly WarnedKind[] = [],
): string | undefined {
  const added = webhook === "validate" ? addedBy(kinds, review) : undefined;
  const checked = (added === undefined ? admissionReview : addedReview).safeParse(review);
  if (!checked.success) return checked.error.issues[0]?.path.join(".") ?? "";
  const field = wrongInRequest(checked.data.request, added ?? ASKED[webhook]);
  // The data is equal to what was sent: the schema neither adds nor removes fields.
  return field === undefined ? undefined : `request.${field}`;
}

/**
 * Returns the expected operations for a custom kind, in the version of the review. Undefined if the kind
 * is not a custom kind of the installation.
 */
function addedBy(kinds: readonly WarnedKind[], review: unknown): Asked[] | undefined {
  const field = (name: string): unknown => valueAt(review, ["request", "kind", name]);
  const added = kinds.find(({ group, kind }) => field("group") === group && field("kind") === kind);
  if (added === undefined) return undefined;
  const version = field("version");
  if (typeof version !== "string" || version === "") return [];
  const { group, kind, plural } = added;
  const operations = { "": WRITES };
  return [{ group, version, kind, resource: plural, isNamespaced: true, operations }];
}

function wrongInRequest(request: Request, kinds: readonly Asked[]): string | undefined {
  const asked = kinds.find(
    ({ group, version, kind }) =>
      request.kind.group === group &&
      request.kind.version === version &&
      request.kind.kind === kind,
  );
  if (asked === undefined) return "kind";
  return wrongTarget(asked, request) ?? wrongOrigin(request) ?? wrongObjects(asked, request);
}

/**
 * Checks what the client has sent to the API server. The API server converts it to the version that the
 * webhook asks for, which can change the group and the version, and nothing else.
 */
function wrongOrigin(request: Request): string | undefined {
  const { kind, resource, subResource = "" } = request;
  if ((request.requestKind ?? kind).kind !== kind.kind) return "requestKind";
  const { resource: sentTo } = request.requestResource ?? resource;
  if (sentTo !== resource.resource) return "requestResource";
  return (request.requestSubResource ?? subResource) === subResource
    ? undefined
    : "requestSubResource";
}

function wrongTarget(asked: Asked, { resource, ...request }: Request): string | undefined {
  for (const field of ["group", "version"] as const) {
    if (resource[field] !== asked[field]) return "resource";
  }
  if (resource.resource !== asked.resource) return "resource";
  const operations = asked.operations[request.subResource ?? ""];
  if (operations === undefined) return "subResource";
  if (!operations.includes(request.operation)) return "operation";
  if (((request.namespace ?? "") !== "") !== asked.isNamespaced) return "namespace";
  return undefined;
}

/**
 * Checks that the review has the object after the operation, the one before it, or both, as the
 * operation requires.
 */
function wrongObjects(
  asked: Asked,
  { operation, object, oldObject, namespace }: Request,
): string | undefined {
  if (!fits(object, operation !== "DELETE", { asked, namespace })) return "object";
  if (!fits(oldObject, operation !== "CREATE", { asked, namespace })) return "oldObject";
  return undefined;
}

function fits(
  object: Reviewed | null | undefined,
  isExpected: boolean,
  { asked, namespace = "" }: { asked: Asked; namespace?: string },
): boolean {
  if (object === null || object === undefined) return !isExpected;
  const { group, version, kind } = asked;
  return (
    isExpected &&
    object.kind === kind &&
    object.apiVersion === (group === "" ? version : `${group}/${version}`) &&
    // On creation, the object may omit the namespace.
    [undefined, "", namespace].includes(valueAt(object, ["metadata", "namespace"]) as string)
  );
}
