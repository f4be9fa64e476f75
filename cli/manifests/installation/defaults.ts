/**
 * Pure: the defaults that an API server fills in, for the shipped kinds. Without them, every object of a
 * cluster would differ from the applied one.
 */
type Fields = Record<string, unknown>;

/** A path from the object, with `[]` for each item of a list, and the default at this path. */
type Default = readonly [path: string, value: unknown];

const POD = "spec.template.spec";
const CONTAINER = `${POD}.containers[]`;

const DEPLOYMENT: readonly Default[] = [
  ["spec.progressDeadlineSeconds", 600],
  ["spec.revisionHistoryLimit", 10],
  [`${POD}.dnsPolicy`, "ClusterFirst"],
  [`${POD}.restartPolicy`, "Always"],
  [`${POD}.schedulerName`, "default-scheduler"],
  [`${POD}.terminationGracePeriodSeconds`, 30],
  [`${POD}.securityContext`, {}],
  [`${CONTAINER}.terminationMessagePath`, "/dev/termination-log"],
  [`${CONTAINER}.terminationMessagePolicy`, "File"],
  [`${CONTAINER}.resources`, {}],
  [`${CONTAINER}.ports[].protocol`, "TCP"],
  [`${POD}.volumes[].secret.defaultMode`, 420],
  ...["livenessProbe", "readinessProbe", "startupProbe"].flatMap((probe): Default[] => [
    [`${CONTAINER}.${probe}.timeoutSeconds`, 1],
    [`${CONTAINER}.${probe}.periodSeconds`, 10],
    [`${CONTAINER}.${probe}.successThreshold`, 1],
    [`${CONTAINER}.${probe}.failureThreshold`, 3],
    [`${CONTAINER}.${probe}.httpGet.scheme`, "HTTP"],
  ]),
];

const RULES: readonly Default[] = [
  ["webhooks[].rules[].scope", "*"],
  ["webhooks[].clientConfig.service.port", 443],
  ["webhooks[].matchPolicy", "Equivalent"],
  ["webhooks[].namespaceSelector", {}],
  ["webhooks[].objectSelector", {}],
  ["webhooks[].failurePolicy", "Fail"],
  ["webhooks[].timeoutSeconds", 10],
];

const DEFAULTS: Readonly<Record<string, readonly Default[]>> = {
  Deployment: DEPLOYMENT,
  MutatingWebhookConfiguration: [...RULES, ["webhooks[].reinvocationPolicy", "Never"]],
  ValidatingWebhookConfiguration: RULES,
  ValidatingAdmissionPolicy: [
    ["spec.failurePolicy", "Fail"],
    ["spec.matchConstraints.matchPolicy", "Equivalent"],
    ["spec.matchConstraints.namespaceSelector", {}],
    ["spec.matchConstraints.objectSelector", {}],
    ["spec.matchConstraints.resourceRules[].scope", "*"],
  ],
  ValidatingAdmissionPolicyBinding: [
    ["spec.matchResources.matchPolicy", "Equivalent"],
    ["spec.matchResources.namespaceSelector", {}],
    ["spec.matchResources.objectSelector", {}],
  ],
  Service: [
    ["spec.type", "ClusterIP"],
    ["spec.sessionAffinity", "None"],
    ["spec.internalTrafficPolicy", "Cluster"],
    ["spec.ports[].protocol", "TCP"],
  ],
  Namespace: [["spec", { finalizers: ["kubernetes"] }]],
  Secret: [["type", "Opaque"]],
  CustomResourceDefinition: [["spec.conversion", { strategy: "None" }]],
  NetworkPolicy: [
    ["spec.ingress[].ports[].protocol", "TCP"],
    ["spec.egress[].ports[].protocol", "TCP"],
  ],
};

/** A copy with the defaults of its kind. */
export function withDefaults<Object extends { kind?: string }>(object: Object): Object {
  const copy = structuredClone(object);
  for (const [path, value] of DEFAULTS[copy.kind ?? ""] ?? []) {
    fillIn(copy, path.split("."), value);
  }
  return copy;
}

/** Fills in a field if its parent exists. */
function fillIn(fields: Fields, [step = "", ...rest]: readonly string[], value: unknown): void {
  const key = step.replace("[]", "");
  if (rest.length === 0) {
    fields[key] ??= structuredClone(value);
    return;
  }
  const inside = fields[key];
  for (const each of step.endsWith("[]") ? listOf(inside) : [inside]) {
    if (typeof each === "object" && each !== null) fillIn(each as Fields, rest, value);
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
