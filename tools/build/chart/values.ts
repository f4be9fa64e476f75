/** The values of the chart: their shapes, what they mean, and their defaults. */
import * as z from "zod";

import { NAMED_KIND } from "../../../rules/workload/warned-kinds";
import type { ContainerObject, PodObject } from "./objects";

const strings = z.record(z.string(), z.string());
const quantity = z.union([z.string(), z.number()]);
const quantities = z
  .strictObject({ cpu: quantity, memory: quantity, "ephemeral-storage": quantity })
  .partial();
const resources = z.strictObject({ requests: quantities, limits: quantities }).partial();
/** Only the API server checks these. */
const anything = z.record(z.string(), z.unknown());

const toleration = z
  .strictObject({
    key: z.string(),
    operator: z.enum(["Exists", "Equal", "Lt", "Gt"]),
    value: z.string(),
    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
    tolerationSeconds: z.int(),
  })
  .partial();

/** Source of `values.schema.json`. */
export const valuesSchema = z.strictObject({
  replicas: z.int().min(1).describe("Pods that answer the API server."),
  image: z.strictObject({
    repository: z.string().min(1).describe("Repository of the image of Pepr's controller."),
    tag: z.string().describe("Tag of the image. The module needs this version of Pepr."),
    digest: z
      .string()
      .regex(/^(sha256:[0-9a-f]{64})?$/)
      .describe("Digest of the image, such as sha256:…; takes precedence over the tag."),
    pullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).describe("When to pull the image."),
    pullSecrets: z
      .array(z.strictObject({ name: z.string().min(1) }))
      .describe("Pull secrets in pepr-system, as a list of `name`."),
  }),
  resources: resources.describe("Requests and limits of a replica."),
  webhook: z.strictObject({
    port: z
      .int()
      .min(1024)
      .max(65535)
      .describe(
        "Port of the replicas. Firewalls of managed control planes let 10250 through, and often 443, 4443, 6443, 8443 and 9443.",
      ),
    hostNetwork: z
      .boolean()
      .describe(
        "The replicas listen on their nodes' addresses, for overlay networks that the API server is not part of. Needs a `webhook.port` that is free on every node: 10250 is the kubelet's.",
      ),
    failurePolicy: z
      .enum(["Fail", "Ignore"])
      .describe(
        "`Ignore` admits Pods that no replica can check: only while another webhook checks them, during a migration.",
      ),
  }),
  certificates: z.strictObject({
    source: z
      .enum(["own", "cert-manager", "secret"])
      .describe(
        "Who creates the certificate: `own` (the Deployment pepr-gmsa-certificates, which also renews it), `cert-manager` (which must be installed), or `secret` (you).",
      ),
    trust: z
      .enum(["automatic", "manual"])
      .describe(
        "`automatic`: pepr-gmsa-certificates lets the API server trust its CA, and may patch the webhook configurations for that. `manual`: you do that once with `gmsa certs trust`, and it may not change them.",
      ),
    secretName: z
      .string()
      .describe(
        "With source `secret`: name of the Secret in pepr-system, with tls.crt, tls.key and ca.crt.",
      ),
    pathHours: z
      .number()
      .positive()
      .describe("Hours after which the webhooks' secret path is replaced."),
    resources: resources.describe("Requests and limits of pepr-gmsa-certificates."),
  }),
  clientCertificates: z.strictObject({
    names: z
      .array(z.string().regex(/^[^,\s]+$/))
      .describe(
        "Names of accepted client certificates, of the CA in Secret pepr-gmsa-client-ca; other callers get no answer. Empty: client certificates are not requested.",
      ),
  }),
  canary: z.strictObject({
    enabled: z
      .boolean()
      .describe(
        "Checks every minute whether GMSA is still enforced, with dry-run Pods in namespaces gmsa-canary and gmsa-canary-excluded.",
      ),
    credspec: z
      .string()
      .describe(
        "Credential spec that service account gmsa-canary/default may use; the Pod that must be admitted names it.",
      ),
    resources: resources.describe("Requests and limits of pepr-gmsa-canary."),
  }),
  viewerRole: z
    .boolean()
    .describe(
      "A ClusterRole that lets everybody who may `view` the cluster read credential specs, too.",
    ),
  usageCount: z
    .boolean()
    .describe(
      "Deleting a credential spec prints a warning with the number of Pods and workloads that use it. For that, the webhook may list them in all namespaces.",
    ),
  customKinds: z
    .array(z.string().regex(NAMED_KIND))
    .describe(
      "Kinds with Pod templates beside those of Kubernetes, as RESOURCE.GROUP=KIND, such as rollouts.argoproj.io=Rollout. Their authors get the warnings that the author of a Deployment gets.",
    ),
  namespaceOptOut: z
    .boolean()
    .describe("GMSA is refused in namespaces labelled windows.k8s.io/disabled=true."),
  randomHostname: z
    .boolean()
    .describe("GMSA Pods without a hostname get a random one of 15 characters."),
  namespaceAnnotations: z
    .boolean()
    .describe(
      "Namespaces may request a hook or a random hostname for their GMSA Pods with an annotation. The webhook may then `get` namespaces.",
    ),
  monitoring: z.strictObject({
    enabled: z
      .boolean()
      .describe(
        "ServiceMonitor, PodMonitor and PrometheusRule for the Prometheus operator, and a Grafana dashboard.",
      ),
    labels: strings.describe("Labels of these objects, for an operator that selects by label."),
  }),
  podDisruptionBudget: z.strictObject({
    enabled: z
      .boolean()
      .describe("Node drains evict one replica at a time. Not created for a single replica."),
  }),
  networkPolicy: z.strictObject({
    enabled: z
      .boolean()
      .describe("Block all connections to and from the Pods except the required ones."),
    apiServerPorts: z
      .array(z.int().min(1).max(65535))
      .min(1)
      .describe("Ports of the API server: of its Service and of its endpoints."),
  }),
  logLevel: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
    .describe("Lowest level that is logged."),
  crds: z.strictObject({
    install: z
      .boolean()
      .describe(
        "Install and upgrade the CustomResourceDefinition of credential specs. Helm never deletes it, nor any credential spec.",
      ),
    peprStore: z
      .boolean()
      .describe(
        "Install and upgrade the CustomResourceDefinition PeprStore, which all Pepr modules of a cluster share. Helm never deletes it.",
      ),
  }),
  restrictedNamespace: z
    .boolean()
    .describe(
      "Namespace pepr-system becomes part of the release and refuses Pods below the restricted Pod Security level. Helm has created the namespace already: add `--take-ownership`.",
    ),
  openshift: z
    .boolean()
    .describe(
      "Leave user and group ids to OpenShift's SecurityContextConstraints, such as restricted-v2.",
    ),
  tolerations: z.array(toleration).describe("For all Pods."),
  nodeSelector: strings.describe("For all Pods."),
  affinity: z
    .strictObject({ nodeAffinity: anything, podAffinity: anything, podAntiAffinity: anything })
    .partial()
    .describe("For the replicas."),
  priorityClassName: z.string().describe("For all Pods."),
  commonLabels: strings.describe("Added to every object."),
  commonAnnotations: strings.describe("Added to every object."),
  podLabels: strings.describe("Added to all Pods."),
  podAnnotations: strings.describe("Added to all Pods."),
  // Helm adds this to the values of a subchart.
  global: anything.optional(),
});

/** Values of the chart. */
export type Values = z.infer<typeof valuesSchema>;

/** The defaults, read from the rendered objects. */
export function defaultValues(
  controller: PodObject,
  keeper: PodObject,
  canary: PodObject,
  port: number,
): Values {
  const { containers, replicas, ...pod } = controller;
  const [container] = containers;
  const [, repository, tag] = /^(.+):([^:/]+)$/.exec(container.image) ?? [];
  return valuesSchema.parse({
    replicas,
    image: {
      repository,
      tag,
      digest: "",
      pullPolicy: container.imagePullPolicy,
      pullSecrets: pod.imagePullSecrets ?? [],
    },
    resources: container.resources ?? {},
    webhook: { port, hostNetwork: false, failurePolicy: "Fail" },
    certificates: {
      source: "own",
      trust: "automatic",
      secretName: "",
      pathHours: 24,
      resources: keeper.containers[0].resources,
    },
    clientCertificates: { names: [] },
    canary: { enabled: false, credspec: "", resources: canary.containers[0].resources },
    viewerRole: false,
    usageCount: false,
    customKinds: [],
    namespaceOptOut: false,
    randomHostname: false,
    namespaceAnnotations: false,
    monitoring: { enabled: false, labels: {} },
    podDisruptionBudget: { enabled: true },
    networkPolicy: { enabled: true, apiServerPorts: [443, 6443] },
    logLevel: logLevelOf(container),
    crds: { install: true, peprStore: true },
    restrictedNamespace: false,
    openshift: false,
    tolerations: pod.tolerations ?? [],
    nodeSelector: pod.nodeSelector ?? {},
    affinity: pod.affinity ?? {},
    priorityClassName: pod.priorityClassName ?? "",
    commonLabels: {},
    commonAnnotations: {},
    podLabels: {},
    podAnnotations: {},
  });
}

function logLevelOf({ env }: ContainerObject): string | undefined {
  return env?.find(({ name }) => name === "LOG_LEVEL")?.value;
}
