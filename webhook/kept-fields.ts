/**
 * Which fields of an AdmissionReview are read; everything else is dropped while the review arrives, and
 * never becomes a value. Below an object, the tree names the keys that are kept; lists keep their length,
 * and the tree is that of their members. What is no object or list is kept as it is, so that whoever
 * checks the review can see that it has the wrong type.
 *
 * What the rules read is rules/pod/view.ts: a test holds that its view of a Pod is the same after this.
 */

/** `true` keeps all of it, `false` drops a field that is expected to be there. */
export type Kept = boolean | KeptFields;

/** By key; one `*` in a key stands for any text. */
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
    // Of Kubernetes 1.14 and 1.15: for the Pod, and after the name of a container for that.
    "*.alpha.windows.kubernetes.io/gmsa-credential-spec": NONE,
    "*.alpha.windows.kubernetes.io/gmsa-credential-spec-name": NONE,
  },
  ownerReferences: { kind: NONE, name: NONE, controller: NONE },
  managedFields: false,
};
const template: KeptFields = { metadata, spec: podSpec };

/** A Pod, a workload or a credential spec: no key means one thing in one of them and another elsewhere. */
const object: KeptFields = {
  apiVersion: NONE,
  kind: NONE,
  metadata,
  spec: { ...podSpec, template, jobTemplate: { spec: { template } } },
  credspec: true,
};
/**
 * Anywhere in an object of a kind that an installation adds, since only its author knows where that keeps
 * its templates: the fields of a Pod template by their names, and whatever leads there.
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

/** Of the kinds that are always asked for. */
export const KEPT_OF_REVIEW: KeptFields = keptOfReview(object);

/** Where an installation adds kinds: of every review, since its kind may come after its object. */
export const KEPT_OF_ANY_KIND: KeptFields = keptOfReview(objectOfAnyKind);
