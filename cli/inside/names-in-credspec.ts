/** Pure: names in a credential spec, as far as they may stand in a command. */

/** A host name. What else a credspec may hold is handed to no command. */
const DNS_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?$/;

/** Contents as a value; undefined if they are not JSON. */
export function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The DNS name of the domain; undefined if a command may not hold it. */
export function domainOf(value: unknown): string | undefined {
  const name = memberOf(memberOf(value, "DomainJoinConfig"), "DnsName");
  return typeof name === "string" && DNS_NAME.test(name) ? name : undefined;
}

/** Of no more than a command may hold; "ACCOUNT" for any other. */
export function accountIn(contents: string): string {
  const name = memberOf(memberOf(decoded(contents), "DomainJoinConfig"), "MachineAccountName");
  const [, plain = "ACCOUNT"] =
    typeof name === "string" ? (/^([A-Za-z0-9][\w.-]{0,63})\$?$/.exec(name) ?? []) : [];
  return plain;
}

/** The value of a key; undefined of what has no keys. */
export function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
