import { accountField, accountsOf, domainField } from "./fields";
import { warning, writing, type Finding } from "./finding";
import type { FieldPath } from "../../problem";
import type { CredspecFields } from "./schema";
import { isBlank, describeValue } from "../../text";

/**
 * The longest sAMAccountName of a gMSA, in characters, without its final $. Windows can log on with at
 * most 15, and New-ADServiceAccount refuses longer names. Allowed characters: MS-SAMR 3.1.1.6.
 */
const MAX_LENGTH = 15;
const NOT_ALLOWED = /["/\\[\]:;|=,+*?<>\u0000-\u001f]/;
const REMEDY =
  "(Get-ADServiceAccount -Filter *).SamAccountName lists the names, each with a final $";

/**
 * Checks that the names of accounts are plain: without a domain or a final $, and within the limits of
 * Active Directory.
 */
export function checkAccountNames(credspec: CredspecFields): Finding[] {
  const { DnsName, NetBiosName, MachineAccountName } = credspec.DomainJoinConfig ?? {};
  return [
    ...accountsOf(credspec).flatMap(({ Name: name, Scope: scope }, index) =>
      checkName(accountField(index, "Name"), name, [scope]),
    ),
    ...checkName(domainField("MachineAccountName"), MachineAccountName, [DnsName, NetBiosName]),
  ];
}

/** @param domains the domains that the name may contain without contradicting the other fields. */
function checkName(
  path: FieldPath,
  name: string | undefined,
  domains: readonly (string | undefined)[],
): Finding[] {
  if (isBlank(name)) return [];
  const plain = plainAccountName(name);
  if (plain !== name) {
    return [
      warning({
        path,
        found: describeValue(name),
        expected: "only the name of the account, without its domain, a final $ or spaces",
        remedy: plain === "" ? REMEDY : `write ${plain}`,
        edit: isAccountName(plain) && isOf(name, domains) ? writing(plain) : undefined,
      }),
    ];
  }
  if (isAccountName(name)) return [];
  return [
    warning({
      path,
      found: `${describeValue(name)}${name.length > MAX_LENGTH ? `, which has ${name.length}` : ""}`,
      expected: `the SAM name of the account, at most ${MAX_LENGTH} characters and none of "/\\[]:;|=,+*?<>`,
      remedy: REMEDY,
    }),
  ];
}

function isAccountName(name: string): boolean {
  return name !== "" && name.length <= MAX_LENGTH && !NOT_ALLOWED.test(name);
}

/** Whether the domain in a name, if any, is one of the domains of the credential spec. */
function isOf(name: string, domains: readonly (string | undefined)[]): boolean {
  const [, before, behind] = /^\s*(?:(.*)\\)?[^@]*(?:@(.*?))?\s*$/s.exec(name) ?? [];
  return [before, behind].every(
    said => said === undefined || domains.some(each => each?.toLowerCase() === said.toLowerCase()),
  );
}

/** Whether two names refer to the same account, in any notation. */
export function isSameAccount(left: string, right: string): boolean {
  return plainAccountName(left).toLowerCase() === plainAccountName(right).toLowerCase();
}

/** Returns the account name alone: `webapp1` from CONTOSO\webapp1$ or webapp1@contoso.com. */
export function plainAccountName(name: string): string {
  const trimmed = name.trim();
  const withoutDomain = trimmed.slice(trimmed.lastIndexOf("\\") + 1).replace(/@.*$/, "");
  return withoutDomain.replace(/\$+$/, "");
}
