/**
 * Kubernetes objects, and their names: DNS-1123 subdomains, as the API server wants them in
 * metadata.name and in gmsaCredentialSpecName.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
import type { FieldPath } from "./problem";

/** The most characters of a name. */
export const LONGEST_NAME = 253;
const LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** The most characters of a namespace's name, a DNS-1123 label. */
const LONGEST_LABEL = 63;

/** Whether a namespace can have this name. */
export function isNamespaceName(text: string): boolean {
  return text.length <= LONGEST_LABEL && isObjectName(text) && !text.includes(".");
}

/** What such a name is made of, in words. */
export const NAME_RULE = "lower case letters, digits, - and .";

/** Whether an object can have this name. */
export function isObjectName(text: string): boolean {
  return text.length <= LONGEST_NAME && SUBDOMAIN.test(text);
}

/** The nearest name that an object can have: `gmsa-WebApp1` becomes gmsa-webapp1; empty if none is. */
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

/** `Deployment/shop`; for a generateName, `Job/shop-*`. */
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

/** The part of an object's metadata that is read here. */
export interface ObjectMetadata {
  name?: string;
  generateName?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** The API group of an object; empty for core. */
export function groupOf({ apiVersion }: ObjectLike): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** What is found at the end of a path of fields; undefined where it leads nowhere. */
export function valueAt(root: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (value, field) => (isObject(value) ? (value as Record<string, unknown>)[field] : undefined),
    root,
  );
}

/** Whether a value has fields; a list has them as well. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** As kubectl prints an object with `-o name`: `deployment.apps/web`; `pod/web` of the core group. */
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
