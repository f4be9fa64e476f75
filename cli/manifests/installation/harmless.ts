/** Differences from the shipped installation that are harmless, with the reason. */
import type { Difference } from "./differences";

/** Objects by name: "Deployment/pepr-gmsa", "ClusterRole/pepr-gmsa". */
type Objects = RegExp;

interface Harmless {
  objects: Objects;
  path: RegExp;
  why: string;
  /** A condition, if not every value is harmless. */
  when?: (difference: Difference) => boolean;
}

const ALL = /./;
const POD = String.raw`^spec\.template\.spec\.`;
const inContainer = (field: string): RegExp =>
  new RegExp(`${POD}containers\\[\\w+\\]\\.${field}(\\.|\\[|$)`);

/** Enough for three replicas, the certificate controller and the canary, and for their rollouts. */
const FEWEST_PODS = 10;

/** With these, no node with a replica can be drained. */
const NO_DRAIN = ["0", "0%", "100%"];

/** Labels that change how the API server or others treat the object. */
const MEANING = /aggregate-to-|pod-security\.kubernetes\.io/;

const HARMLESS: readonly Harmless[] = [
  {
    objects: ALL,
    path: /^(status|apiVersion)(\.|$)/,
    why: "the cluster writes the status, and answers in the requested version",
  },
  {
    objects: ALL,
    path: /^metadata\.(uid|resourceVersion|generation|creationTimestamp|deletionTimestamp|deletionGracePeriodSeconds|managedFields|selfLink|ownerReferences|finalizers)(\.|\[|$)/,
    why: "the API server and controllers of the cluster write these",
  },
  {
    objects: ALL,
    path: /^(metadata|spec\.template\.metadata)(\.creationTimestamp$|\.annotations|\.labels)/,
    why: "labels and annotations of kubectl, Helm, Argo CD, the chart's values, of people, and of pepr-gmsa-certificates (gmsa.pepr.dev/*: when it rotated last); no selector of the installation needs one to be absent",
    when: ({ path, shipped }) => shipped === undefined && !MEANING.test(path),
  },
  {
    objects: ALL,
    path: /^metadata\.(annotations|labels)(\[app\.kubernetes\.io\/version\]|\[pepr\.dev\/description\]|\[(argocd\.argoproj\.io|kustomize\.toolkit\.fluxcd\.io)\/[\w-]+\]|\.?$)/,
    why: "for people, Argo CD and Flux; another check compares the version",
    when: ({ shipped }) => shipped === undefined || typeof shipped === "string",
  },
  {
    objects: /^Namespace\/pepr-system$/,
    path: /^metadata\.labels\[pod-security\.kubernetes\.io\/[\w-]+\]$/,
    why: "other Pepr modules, or the component host-network, may need another level; the Pods here meet every one but host-network's",
  },
  {
    objects: /^Deployment\//,
    path: /^spec\.(replicas|progressDeadlineSeconds|paused)$/,
    why: "another check looks at the number of replicas, which an autoscaler may set",
    when: ({ path, found }) => path !== "spec.paused" || found === false,
  },
  {
    objects: /^Deployment\//,
    path: new RegExp(
      `${POD}(tolerations|nodeSelector|affinity|topologySpreadConstraints|priorityClassName|priority|imagePullSecrets|runtimeClassName|schedulerName|dnsPolicy|dnsConfig|serviceAccount|terminationGracePeriodSeconds)(\\.|\\[|$)`,
    ),
    why: "where Pods run and where their image comes from: values of the chart, and usual patches of an overlay",
    when: ({ path, found }) =>
      !path.endsWith(".serviceAccount") || String(found).startsWith("pepr-gmsa"),
  },
  {
    objects: /^Deployment\//,
    path: new RegExp(
      `${POD}(containers\\[\\w+\\]\\.)?securityContext\\.(runAsUser|runAsGroup|fsGroup)$`,
    ),
    why: "the component openshift leaves these to the cluster; runAsNonRoot holds with any user",
    when: ({ found }) => found === undefined,
  },
  {
    objects: /^Deployment\//,
    path: inContainer("(image|imagePullPolicy|resources)"),
    why: "registry, digest and size: values of the chart; the hash of the code identifies the program",
  },
  {
    objects: /^Deployment\//,
    path: inContainer("env\\[LOG_LEVEL\\]\\.value"),
    why: "the value logLevel of the chart",
  },
  {
    objects: /^Deployment\/pepr-gmsa-certificates$/,
    path: inContainer("env\\[PATH_HOURS\\]\\.value"),
    why: "the value certificates.pathHours of the chart; the program refuses any other value than a number of hours",
  },
  {
    objects: /^Deployment\/pepr-gmsa$/,
    path: inContainer("env\\[CLIENT_CERTIFICATE_NAMES\\]\\.value"),
    why: "the value clientCertificates.names of the chart; an empty value means that the component is not enabled",
    when: ({ found }) => typeof found === "string" && found !== "",
  },
  {
    objects: /^Deployment\/pepr-gmsa-canary$/,
    path: inContainer("env\\[CANARY_CREDSPEC\\]\\.value"),
    why: "the value canary.credspec of the chart: a credential spec of the cluster",
  },
  {
    objects: /^Deployment\//,
    path: inContainer("env\\[(HTTPS?_PROXY|NO_PROXY|KUBERNETES_\\w+|OTEL_\\w+)\\]"),
    why: "clusters add these to every Pod, for access to the API server or for tracing",
  },
  {
    objects: /^Service\//,
    path: /^spec\.(clusterIPs?|ipFamilies|ipFamilyPolicy)(\[|$)/,
    why: "the cluster gives the Service its addresses",
    when: ({ found }) => !JSON.stringify(found ?? "").includes("None"),
  },
  {
    objects: /^ServiceAccount\//,
    path: /^(secrets|imagePullSecrets)(\[|$)/,
    why: "tokens of clusters before 1.24, and pull secrets; neither grants a right",
  },
  {
    objects: /^NetworkPolicy\/gmsa-api-server$/,
    path: /^spec\.egress\[0\]\.ports(\[\d+\]\.port)?$/,
    why: "the ports of the API server, a value of the chart",
    // Without a port, or with an empty list, the policy would allow every port.
    when: ({ path, shipped, found }) =>
      path.endsWith(".port")
        ? typeof found === "number"
        : [shipped, found].every(port => port === undefined || isTcpPort(port)),
  },
  {
    objects: /^ResourceQuota\/|^PodDisruptionBudget\//,
    path: /^spec\.(hard\.pods|maxUnavailable|minAvailable)$/,
    why: "for clusters of other sizes",
    when: ({ path, found }) =>
      path === "spec.hard.pods" ? Number(found) >= FEWEST_PODS : !NO_DRAIN.includes(String(found)),
  },
  {
    objects: /^CustomResourceDefinition\//,
    path: /^spec\.(names\.(listKind|singular)|conversion(\..*)?|preserveUnknownFields)$/,
    why: "the API server derives these from what is shipped",
    when: ({ shipped, found }) => shipped === undefined && found !== true,
  },
];

/** Why a difference is harmless; undefined if it is not. */
export function harmlessReason(object: string, difference: Difference): string | undefined {
  return HARMLESS.find(
    ({ objects, path, when }) =>
      objects.test(object) && path.test(difference.path) && (when?.(difference) ?? true),
  )?.why;
}

function isTcpPort(port: unknown): boolean {
  const { protocol, port: number, ...more } = port as Record<string, unknown>;
  return protocol === "TCP" && typeof number === "number" && Object.keys(more).length === 0;
}
