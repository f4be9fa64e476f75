/** Pure: names in a credential spec that are safe in a command. */

/** A host name. No other text of a credential spec is passed to a command. */
const DNS_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?$/;

/** Parses contents. Undefined if they are not JSON. */
export function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The DNS name of the domain. Undefined if it is not safe in a command. */
export function domainOf(value: unknown): string | undefined {
  const name = memberOf(memberOf(value, "DomainJoinConfig"), "DnsName");
  return typeof name === "string" && DNS_NAME.test(name) ? name : undefined;
}

/** The name of the account, or "ACCOUNT" if it is not safe in a command. */
export function accountIn(contents: string): string {
  const name = memberOf(memberOf(decoded(contents), "DomainJoinConfig"), "MachineAccountName");
  const [, plain = "ACCOUNT"] =
    typeof name === "string" ? (/^([A-Za-z0-9][\w.-]{0,63})\$?$/.exec(name) ?? []) : [];
  return plain;
}

/** The value of a key. Undefined for a value without keys. */
export function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
