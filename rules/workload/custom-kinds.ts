/**
 * Pure: which custom resources hold Pod templates, by the schemas of their CustomResourceDefinitions.
 *
 * Source: apiextensions.k8s.io/v1, and the CRDs of Argo Rollouts, KEDA, OpenKruise, JobSet, Kubeflow,
 * Knative and Flink
 */
import { isObject, valueAt } from "../object";
import { DEEPEST_TEMPLATE, WITHOUT_TEMPLATE } from "./pod-template";

/** A kind whose objects an API server lists. */
export interface ListedKind {
  /** As in `rollouts.argoproj.io`; empty for core. */
  group: string;
  version: string;
  kind: string;
  plural: string;
  /** Its objects are in no namespace; left out where they are. */
  isClusterScoped?: true;
}

/** A CustomResourceDefinition, as an API server lists it. */
export interface CrdLike {
  // The API server stores none without these.
  spec: {
    group: string;
    scope: string;
    names: { kind: string; plural: string };
    versions: CrdVersion[];
  };
}

interface CrdVersion {
  name: string;
  served?: boolean;
  storage?: boolean;
  schema?: { openAPIV3Schema?: unknown };
}

/** A field that by its name holds a template, even if the schema does not say of what. */
const TEMPLATE = /template$/i;

/**
 * The kind that a CustomResourceDefinition defines, if its objects can hold Pod templates: the schema has
 * one in it, or leaves open what is in a field that is called a template.
 */
export function templateKindOf({ spec }: CrdLike): ListedKind | undefined {
  const { group, scope, names, versions } = spec;
  const version = listedVersion(versions);
  if (version === undefined) return undefined;
  const isHolder = topFields(version.schema?.openAPIV3Schema).some(([name, schema]) =>
    holdsTemplate(schema, name, DEEPEST_TEMPLATE),
  );
  if (!isHolder) return undefined;
  const kind = { group, version: version.name, kind: names.kind, plural: names.plural };
  return scope === "Namespaced" ? kind : { ...kind, isClusterScoped: true };
}

/** The one that is stored takes no conversion; it need not be served. */
function listedVersion(versions: readonly CrdVersion[]): CrdVersion | undefined {
  const served = versions.filter(version => version.served === true);
  return served.find(({ storage }) => storage === true) ?? served[0];
}

function topFields(schema: unknown): [string, unknown][] {
  const properties = valueAt(schema, ["properties"]);
  return isObject(properties)
    ? Object.entries(properties).filter(([name]) => !WITHOUT_TEMPLATE.has(name))
    : [];
}

/** @param name of the field; empty for the members of a list or map. */
function holdsTemplate(schema: unknown, name: string, levels: number): boolean {
  if (!isObject(schema) || levels === 0) return false;
  if (isPodTemplate(schema) || (TEMPLATE.test(name) && isLeftOpen(schema))) return true;
  const properties = valueAt(schema, ["properties"]);
  return (
    (isObject(properties) &&
      Object.entries(properties).some(([field, member]: [string, unknown]) =>
        holdsTemplate(member, field, levels - 1),
      )) ||
    ["items", "additionalProperties"].some(each =>
      holdsTemplate(valueAt(schema, [each]), "", levels - 1),
    )
  );
}

/** Whether a schema is one of core/v1 PodTemplateSpec. */
function isPodTemplate(schema: object): boolean {
  return valueAt(schema, ["properties", "spec", "properties", "containers", "type"]) === "array";
}

/** Whether anything can be in a field, or in its spec. */
function isLeftOpen(schema: object): boolean {
  return [schema, valueAt(schema, ["properties", "spec"])].some(
    each => valueAt(each, ["x-kubernetes-preserve-unknown-fields"]) === true,
  );
}
