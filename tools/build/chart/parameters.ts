/** Inserts the values of the chart into the objects. */
import { CANARY, CONTROLLER, isOwnNamespace, KINDS_WITH_PORT, TLS_SECRET } from "./objects";
import type { KubernetesObject } from "./objects";
import { Choice, Expression, isMap, type Node, type NodeMap } from "./go-template";

/**
 * Helm never deletes these, because it did not create their contents or the objects that depend on
 * them.
 */
const KEPT = ["CustomResourceDefinition", "Secret"];

/** The NetworkPolicy that allows traffic to the API server. */
const API_SERVER_POLICY = "gmsa-api-server";

/** The webhook for Pods. */
const GUARD = "pepr-gmsa.pepr.dev";

/** The webhook of the component custom-kinds, whose rules are a value. */
const CUSTOM_KINDS = "custom-kinds.pepr-gmsa.pepr.dev";

/**
 * Annotation with the kinds that the values leave out, so that `gmsa doctor` does not report them
 * as missing.
 */
const OMITTED = '(fromJson (include "gmsa.omitted" .))';
/** Environment variables of the containers that are values of the chart. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  CANARY_CREDSPEC: "toJson .Values.canary.credspec",
  CLIENT_CERTIFICATE_NAMES: 'join "," .Values.clientCertificates.names | toJson',
  LOG_LEVEL: "toJson .Values.logLevel",
  WORKLOAD_KINDS: 'join "," .Values.customKinds | toJson',
  WEBHOOK_PORT: "int .Values.webhook.port | toString | toJson",
  PATH_HOURS: "toString .Values.certificates.pathHours | toJson",
};

/** Kinds that a Prometheus operator watches, often only with a configured label. */
const MONITORING = ["ServiceMonitor", "PodMonitor", "PrometheusRule"];

/**
 * An object with Helm expressions for the values.
 *
 * @param port the webhook's port in this rendering.
 */
export function withValues(object: KubernetesObject, port: number): NodeMap {
  const { metadata, ...rest } = object;
  const hasPort = KINDS_WITH_PORT.includes(object.kind);
  const tree = nameSecret(hasPort ? namePort(rest, port) : rest) as NodeMap;
  const own = { ...(metadata.annotations as NodeMap | undefined) };
  if (KEPT.includes(object.kind) || isOwnNamespace(object)) {
    own["helm.sh/resource-policy"] = "keep";
  }
  const labels = [
    ".Values.commonLabels",
    ...(MONITORING.includes(object.kind) ? [".Values.monitoring.labels"] : []),
  ];
  const isController = object.kind === "Deployment" && metadata.name === CONTROLLER;
  const given = [".Values.commonAnnotations", ...(isController ? [OMITTED] : [])];
  tree.metadata = describe({ ...metadata, annotations: own }, labels, given);
  if (object.kind === "Deployment") fillDeployment(tree, metadata.name);
  if (metadata.name === API_SERVER_POLICY) fillNetworkPolicy(tree);
  if (object.kind.endsWith("WebhookConfiguration")) fillWebhooks(tree);
  return tree;
}

/** A copy in which every numeric occurrence of the webhook's port is a value. */
function namePort(node: Node | Choice, port: number): Node | Choice {
  if (node === port) return new Expression("int .Values.webhook.port | toJson");
  if (Array.isArray(node)) return node.map(item => namePort(item, port) as Node);
  if (!isMap(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, namePort(value, port)]),
  );
}

/**
 * A copy in which each reference to the certificate's Secret uses the user's Secret, if there is
 * one.
 */
function nameSecret(node: Node | Choice): Node | Choice {
  if (node === TLS_SECRET) return new Expression('include "gmsa.tlsSecret" . | toJson');
  if (Array.isArray(node)) return node.map(item => nameSecret(item) as Node);
  if (!isMap(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, nameSecret(value)]));
}

/**
 * Adds the user's labels and annotations. The object's own take precedence, so that selectors keep
 * matching.
 */
function describe(metadata: NodeMap, labels: string[], annotations: string[]): NodeMap {
  const { labels: ownLabels = {}, annotations: ownAnnotations = {}, ...rest } = metadata;
  return {
    ...rest,
    labels: merged(ownLabels as NodeMap, labels),
    annotations: merged(ownAnnotations as NodeMap, annotations),
  };
}

function merged(own: NodeMap, values: string[]): Expression {
  const maps = [`\`${JSON.stringify(own)}\``, ...values];
  return new Expression(`include "gmsa.merged" (list ${maps.join(" ")})`);
}

/** Prefix of the values of each Deployment's container. */
const VALUES_OF: Readonly<Record<string, string>> = { [CONTROLLER]: "", [CANARY]: "canary." };

function fillDeployment(tree: NodeMap, name: string): void {
  const isController = name === CONTROLLER;
  const values = VALUES_OF[name] ?? "certificates.";
  const spec = mapAt(tree, "spec");
  const template = mapAt(spec, "template");
  const pod = mapAt(template, "spec");
  template.metadata = describe(
    mapAt(template, "metadata"),
    [".Values.podLabels"],
    [".Values.podAnnotations"],
  );
  if (isController) {
    spec.replicas = valueOf("replicas");
    put(pod, "affinity", "affinity");
  }
  for (const field of ["tolerations", "nodeSelector", "priorityClassName"]) put(pod, field, field);
  put(pod, "imagePullSecrets", "image.pullSecrets");
  leaveIdsToOpenShift(mapAt(pod, "securityContext"));
  fillContainer(listAt(pod, "containers")[0], values);
}

/** OpenShift assigns ids to each namespace and refuses any others. */
function leaveIdsToOpenShift(securityContext: NodeMap): void {
  for (const field of ["runAsUser", "runAsGroup", "fsGroup"]) {
    const id = securityContext[field];
    if (id !== undefined) securityContext[field] = new Choice("not .Values.openshift", id as Node);
  }
}

function fillWebhooks(tree: NodeMap): void {
  for (const webhook of listAt(tree, "webhooks")) {
    if (webhook.name === GUARD) webhook.failurePolicy = valueOf("webhook.failurePolicy");
    if (webhook.name === CUSTOM_KINDS) {
      webhook.rules = new Expression('include "gmsa.customRules" .Values.customKinds');
    }
  }
}

function fillNetworkPolicy(tree: NodeMap): void {
  for (const rule of listAt(mapAt(tree, "spec"), "egress")) {
    rule.ports = new Expression('include "gmsa.ports" .Values.networkPolicy.apiServerPorts');
  }
}

function fillContainer(container: NodeMap | undefined, values: string): void {
  if (!container) throw new Error("a Deployment without a container");
  container.image = new Expression('include "gmsa.image" . | toJson');
  container.imagePullPolicy = valueOf("image.pullPolicy");
  container.resources = valueOf(`${values}resources`);
  leaveIdsToOpenShift(mapAt(container, "securityContext"));
  for (const variable of listAt(container, "env")) {
    const value = ENVIRONMENT[variable.name as string];
    // A variable without a value belongs to a component that is off.
    if (value !== undefined && "value" in variable) variable.value = new Expression(value);
    if (variable.name === "CANARY_CREDSPEC") put(variable, "value", "canary.credspec");
  }
}

function valueOf(value: string): Expression {
  return new Expression(`toJson .Values.${value}`);
}

/** A field that the object does not have stays absent while the value is empty. */
function put(map: NodeMap, field: string, value: string): void {
  map[field] = field in map ? valueOf(value) : new Choice(`.Values.${value}`, valueOf(value));
}

function mapAt(map: NodeMap, key: string): NodeMap {
  const found = map[key];
  if (!isMap(found)) throw new Error(`no map at ${key}`);
  return found;
}

function listAt(map: NodeMap, key: string): NodeMap[] {
  const found = map[key] as Node[] | undefined;
  return (found ?? []).filter(isMap);
}
