import { isSameAccount, plainAccountName } from "./account-names";
import { isDnsName, isNetBiosName } from "./domain-names";
import { accountField, accountsOf } from "./fields";
import { warning, type Finding } from "./finding";
import type { CredspecFields } from "./schema";
import { isBlank, describeValue } from "../../text";

const SOURCE = "(Get-ADDomain).DNSRoot and (Get-ADDomain).NetBIOSName show its names";

/**
 * Checks that each account has a domain as its scope. Additional accounts may be of another, trusted
 * domain (New-CredentialSpec -AdditionalAccounts). The machine account is of the domain itself and needs
 * an entry for each of the domain's names, because some programs log on with one and some with the
 * other.
 *
 * New-CredentialSpec writes additional accounts with the DNS name only. An entry with only the NetBIOS
 * name was therefore added by hand and is incomplete.
 */
export function checkScopes(credspec: CredspecFields): Finding[] {
  const names = domainNamesOf(credspec);
  const findings = [...withoutScope(credspec, names), ...ofOtherDomain(credspec, names)];
  return [
    ...(findings.length === 0 ? underOneNameOnly(credspec, names) : findings),
    ...underNetBiosNameOnly(credspec, names),
  ];
}

function withoutScope(credspec: CredspecFields, names: string[]): Finding[] {
  return accountsOf(credspec).flatMap(({ Scope: scope }, index) =>
    isBlank(scope) ? scopeFinding(index, scope, names) : [],
  );
}

function ofOtherDomain(credspec: CredspecFields, names: string[]): Finding[] {
  return machineAccountEntries(credspec)
    .filter(({ scope }) => names.length > 0 && !isBlank(scope) && !includes(names, scope))
    .map(({ index, scope }) => scopeFinding(index, scope, names));
}

function underOneNameOnly(credspec: CredspecFields, names: string[]): Finding[] {
  const entries = machineAccountEntries(credspec);
  const scopes = entries.map(({ scope }) => scope ?? "");
  const missing = names.find(name => !includes(scopes, name));
  const [first] = entries;
  if (first === undefined || missing === undefined) return [];
  return [
    warning({
      path: accountField(first.index, "Scope"),
      found: `${describeValue(first.scope)} alone`,
      expected: "one of two entries of the account, one for each name of the domain",
      remedy: `add an entry with the Scope ${missing}`,
    }),
  ];
}

function underNetBiosNameOnly(credspec: CredspecFields, names: string[]): Finding[] {
  const [dnsName, netBiosName] = names;
  if (dnsName === undefined || netBiosName === undefined) return [];
  const machineAccount = credspec.DomainJoinConfig?.MachineAccountName ?? "";
  const accounts = accountsOf(credspec);
  return accounts.flatMap(({ Name: name, Scope: scope }, index) => {
    const plain = plainAccountName(name ?? "");
    if (plain === "" || isSameAccount(plain, machineAccount) || !isSameName(scope, netBiosName)) {
      return [];
    }
    const hasDnsName = accounts.some(
      other => isSameAccount(other.Name ?? "", plain) && isSameName(other.Scope, dnsName),
    );
    return hasDnsName
      ? []
      : warning({
          path: accountField(index, "Scope"),
          found: `${describeValue(scope)} alone`,
          expected: `one of two entries of ${plain}, one for each name of the domain`,
          remedy: `add an entry of ${plain} with the Scope ${dnsName}`,
        });
  });
}

function isSameName(left: string | undefined, right: string): boolean {
  return left?.toLowerCase() === right.toLowerCase();
}

function scopeFinding(index: number, scope: string | undefined, names: string[]): Finding {
  return warning({
    path: accountField(index, "Scope"),
    found: describeValue(scope),
    expected: `the domain of the account${names.length === 0 ? "" : ` (${names.join(" or ")})`}`,
    remedy: SOURCE,
  });
}

function machineAccountEntries(
  credspec: CredspecFields,
): { index: number; scope: string | undefined }[] {
  const machineAccount = credspec.DomainJoinConfig?.MachineAccountName ?? "";
  return accountsOf(credspec).flatMap(({ Name: name, Scope: scope }, index) =>
    !isBlank(name) && isSameAccount(name, machineAccount) ? { index, scope } : [],
  );
}

/** Both names of the domain; empty if one of them is invalid, because that has to be corrected first. */
function domainNamesOf({ DomainJoinConfig: domain = {} }: CredspecFields): string[] {
  const { DnsName: dnsName = "", NetBiosName: netBiosName = "" } = domain;
  return isDnsName(dnsName) && isNetBiosName(netBiosName) ? [dnsName, netBiosName] : [];
}

function includes(names: string[], name: string): boolean {
  return names.some(each => each.toLowerCase() === name.toLowerCase());
}
