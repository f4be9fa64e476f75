import { accountField, accountsOf, domainField } from "./fields";
import { warning, writing, type Finding } from "./finding";
import type { FieldPath } from "../../problem";
import type { CredspecFields } from "./schema";
import { isBlank, describeValue } from "../../text";

/**
 * sAMAccountName of a gMSA without its final $ (MS-SAMR 3.1.1.6 for the characters). Windows logs
 * on with at most 15; New-ADServiceAccount refuses longer ones.
 */
const MAX_LENGTH = 15;
const NOT_ALLOWED = /["/\\[\]:;|=,+*?<>\u0000-\u001f]/;
const REMEDY =
  "(Get-ADServiceAccount -Filter *).SamAccountName lists the names, each with a final $";

/** Names of accounts are plain: no domain, no final $, no more than Active Directory allows. */
export function checkAccountNames(credspec: CredspecFields): Finding[] {
  const { DnsName, NetBiosName, MachineAccountName } = credspec.DomainJoinConfig ?? {};
  return [
    ...accountsOf(credspec).flatMap(({ Name: name, Scope: scope }, index) =>
      checkName(accountField(index, "Name"), name, [scope]),
    ),
    ...checkName(domainField("MachineAccountName"), MachineAccountName, [DnsName, NetBiosName]),
  ];
}

/** @param domains what the domain before or behind the name can be, if the rest says it as well. */
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
      found: describeValue(name),
      expected: `the SAM name of the account, at most ${MAX_LENGTH} characters and none of "/\\[]:;|=,+*?<>`,
      remedy: REMEDY,
    }),
  ];
}

function isAccountName(name: string): boolean {
  return name !== "" && name.length <= MAX_LENGTH && !NOT_ALLOWED.test(name);
}

/** Whether a name says no other domain than the rest. */
function isOf(name: string, domains: readonly (string | undefined)[]): boolean {
  const [, before, behind] = /^\s*(?:(.*)\\)?[^@]*(?:@(.*?))?\s*$/s.exec(name) ?? [];
  return [before, behind].every(
    said => said === undefined || domains.some(each => each?.toLowerCase() === said.toLowerCase()),
  );
}

/** Whether two names are of one account, however they are written. */
export function isSameAccount(left: string, right: string): boolean {
  return plainAccountName(left).toLowerCase() === plainAccountName(right).toLowerCase();
}

/** The name itself: what is left of CONTOSO\webapp1$ or webapp1@contoso.com. */
export function plainAccountName(name: string): string {
  const trimmed = name.trim();
  const withoutDomain = trimmed.slice(trimmed.lastIndexOf("\\") + 1).replace(/@.*$/, "");
  return withoutDomain.replace(/\$+$/, "");
}
