/**
 * Names of objects: DNS-1123 subdomains, as the API server wants them in metadata.name and in
 * gmsaCredentialSpecName.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
/** The most characters of a name. */
export const LONGEST_NAME = 253;
const LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** What such a name is made of, in words. */
export const NAME_RULE = "lower case letters, digits, - and .";

/** Whether an object can have this name. */
export function isObjectName(text: string): boolean {
  return text.length <= LONGEST_NAME && SUBDOMAIN.test(text);
}
