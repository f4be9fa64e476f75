/**
 * The fields of an AdmissionReview that are kept. All others are dropped while the review arrives and
 * are never parsed into values. For an object, the tree names the kept keys. Lists keep their length,
 * and the tree applies to their members. Other values are kept as they are, so that a value of the wrong
 * type can be detected later.
 *
 * The rules read the fields in rules/pod/view.ts. A test checks that the view of a Pod is the same with
 * and without dropped fields.
 */

/** `true` keeps the whole value, and `false` drops a known field. */
export type Kept = boolean | KeptFields;

/** Fields by key. One `*` in a key stands for any text. */
export interface KeptFields {
  readonly [key: string]: Kept;
}

const NONE: KeptFields = {};
const securityContext: KeptFields = {
  windowsOptions: { gmsaCredentialSpecName: NONE, gmsaCredentialSpec: NONE, hostProcess: NONE },
};
const container: KeptFields = {
  name: NONE,
  restartPolicy: NONE,
  lifecycle: { postStart: NONE },
  securityContext,
};
const nodeRequirement: KeptFields = { key: NONE, operator: NONE, values: NONE };
const nodeSelectorTerms: KeptFields = {
  matchExpressions: nodeRequirement,
  matchFields: nodeRequirement,
};
const podSpec: KeptFields = {
  containers: container,
  initContainers: container,
  ephemeralContainers: container,
  securityContext,
  serviceAccountName: NONE,
  hostname: NONE,
  hostnameOverride: NONE,
  os: { name: NONE },
  nodeSelector: { "*": NONE },
  nodeName: NONE,
  runtimeClassName: NONE,
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  },
};
const metadata: KeptFields = {
  name: NONE,
  namespace: NONE,
  annotations: {
    "gmsa.pepr.dev/*": NONE,
    // The annotations of Kubernetes 1.14 and 1.15, and those that resemble them.
    ...Object.fromEntries(
      ["credential-spec", "credentialspec", "cred-spec", "credspec"].flatMap(word => [
        [`*gmsa-${word}`, NONE],
        [`*gmsa-${word}-name`, NONE],
      ]),
    ),
  },
  ownerReferences: { kind: NONE, name: NONE, controller: NONE },
  managedFields: false,
};
const template: KeptFields = { metadata, spec: podSpec };

/**
 * The fields of a Pod, a workload or a credential spec. The same key never has different meanings in
 * them.
 */
const object: KeptFields = {
  apiVersion: NONE,
  kind: NONE,
  metadata,
  spec: { ...podSpec, template, jobTemplate: { spec: { template } } },
  credspec: true,
};
/**
 * The fields of an object of a custom kind. Only its author knows where it keeps its Pod templates, so
 * the fields of a template are kept by name at every level, with everything that leads to them.
 */
const anywhere: { [key: string]: Kept } = { ...podSpec, metadata };
anywhere["*"] = anywhere;
const objectOfAnyKind: KeptFields = { ...object, spec: anywhere };
const groupVersionKind: KeptFields = { group: NONE, version: NONE, kind: NONE };
const groupVersionResource: KeptFields = { group: NONE, version: NONE, resource: NONE };

/** Source: https://pkg.go.dev/k8s.io/api/admission/v1#AdmissionReview */
function keptOfReview(object: KeptFields): KeptFields {
  return {
    apiVersion: NONE,
    kind: NONE,
    request: {
      uid: NONE,
      kind: groupVersionKind,
      resource: groupVersionResource,
      subResource: NONE,
      requestKind: groupVersionKind,
      requestResource: groupVersionResource,
      requestSubResource: NONE,
      name: NONE,
      namespace: NONE,
      operation: NONE,
      userInfo: { username: NONE },
      object,
      oldObject: object,
      dryRun: NONE,
      options: { apiVersion: NONE, kind: NONE },
    },
    response: NONE,
  };
}

/** For the built-in kinds. */
export const KEPT_OF_REVIEW: KeptFields = keptOfReview(object);

/**
 * For installations with custom kinds. It applies to every review, because the kind may come after the
 * object.
 */
export const KEPT_OF_ANY_KIND: KeptFields = keptOfReview(objectOfAnyKind);
