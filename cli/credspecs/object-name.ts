/**
 * Names of objects: DNS-1123 subdomains, as the API server wants them in metadata.name and in
 * gmsaCredentialSpecName.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
const MAX_LENGTH = 253;
const LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** What such a name is made of, in words. */
export const NAME_RULE = "lower case letters, digits, - and .";

/** Whether an object can have this name. */
export function isObjectName(text: string): boolean {
  return text.length <= MAX_LENGTH && SUBDOMAIN.test(text);
}

/** The nearest name that an object can have: `gmsa-WebApp1` becomes gmsa-webapp1; empty if none is. */
export function objectNameFrom(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
  return joinLabels(joinLabels(plain).slice(0, MAX_LENGTH));
}

function joinLabels(text: string): string {
  return text
    .split(".")
    .map(label => label.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, ""))
    .filter(label => label !== "")
    .join(".");
}
