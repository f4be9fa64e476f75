/**
 * Pure: finds out from the schemas of CustomResourceDefinitions which custom resources hold Pod
 * templates.
 *
 * Source: apiextensions.k8s.io/v1, and the CRDs of Argo Rollouts, KEDA, OpenKruise, JobSet, Kubeflow,
 * Knative and Flink
 */
import { isObject, valueAt } from "../object";
import { DEEPEST_TEMPLATE, TEMPLATE, WITHOUT_TEMPLATE } from "./pod-template";

/** A kind to list from an API server. */
export interface ListedKind {
  /** As in `rollouts.argoproj.io`; empty for the core group. */
  group: string;
  version: string;
  kind: string;
  plural: string;
  /** Set if its objects do not have a namespace. */
  isClusterScoped?: true;
}

/** A CustomResourceDefinition, as an API server lists it. */
export interface CrdLike {
  // The API server requires these fields.
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

/**
 * Returns the kind that a CustomResourceDefinition defines, if its objects can hold Pod templates: its
 * schema contains one, or does not restrict a field with the name of a template.
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

/** Prefers the stored version, which needs no conversion, if it is served. */
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

/** @param name the name of the field; empty for the members of a list or map. */
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

/** Whether a schema is that of core/v1 PodTemplateSpec. */
function isPodTemplate(schema: object): boolean {
  return valueAt(schema, ["properties", "spec", "properties", "containers", "type"]) === "array";
}

/** Whether the schema does not restrict a field or its spec. */
function isLeftOpen(schema: object): boolean {
  return [schema, valueAt(schema, ["properties", "spec"])].some(
    each => valueAt(each, ["x-kubernetes-preserve-unknown-fields"]) === true,
  );
}
