/**
 * Kubernetes objects and their names. Names are DNS-1123 subdomains, as the API server requires for
 * metadata.name and gmsaCredentialSpecName.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
import type { FieldPath } from "./problem";

/** The longest name of an object, in characters. */
export const LONGEST_NAME = 253;
const LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** The longest name of a namespace, in characters. It is a DNS-1123 label. */
const LONGEST_LABEL = 63;

/** Whether a text is a valid name for a namespace. */
export function isNamespaceName(text: string): boolean {
  return text.length <= LONGEST_LABEL && isObjectName(text) && !text.includes(".");
}

/** The characters that a name may contain, in words. */
export const NAME_RULE = "lower case letters, digits, - and .";

/** Whether a text is a valid name for an object. */
export function isObjectName(text: string): boolean {
  return text.length <= LONGEST_NAME && SUBDOMAIN.test(text);
}

/**
 * Derives a valid object name from a text: `gmsa-WebApp1` becomes gmsa-webapp1. Returns an empty text if
 * none can be derived.
 */
export function objectNameFrom(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
  return joinLabels(joinLabels(plain).slice(0, LONGEST_NAME));
}

function joinLabels(text: string): string {
  return text
    .split(".")
    .map(label => label.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, ""))
    .filter(label => label !== "")
    .join(".");
}

/** Renders an object as `Deployment/shop`, or as `Job/shop-*` if it has a generateName. */
export function describeObjectName({ kind, metadata }: ObjectLike): string {
  const { name = "", generateName = "" } = metadata ?? {};
  return `${kind}/${name === "" ? `${generateName}*` : name}`;
}

/** A Kubernetes object of any kind. */
export interface ObjectLike {
  apiVersion: string;
  kind: string;
  metadata?: ObjectMetadata;
}

/** The fields of an object's metadata that this project reads. */
export interface ObjectMetadata {
  name?: string;
  generateName?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** The API group of an object; empty for the core group. */
export function groupOf({ apiVersion }: ObjectLike): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** The value at the end of a path; undefined if the path does not exist. */
export function valueAt(root: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (value, field) => (isObject(value) ? (value as Record<string, unknown>)[field] : undefined),
    root,
  );
}

/** Whether a value is an object or a list. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * Renders an object as `kubectl -o name` does: `deployment.apps/web`, or `pod/web` for the core group.
 */
export function resourceName({
  group,
  kind,
  name,
}: {
  group: string;
  kind: string;
  name: string;
}): string {
  return `${kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${name}`;
}
