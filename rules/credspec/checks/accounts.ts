import { ACCOUNTS, accountField, accountsOf } from "./fields";
import { error, warning, type Finding } from "./finding";
import type { CredspecFields } from "./schema";
import { isBlank, describeValue } from "../../text";

const REMEDY =
  "Get-ADServiceAccount -Filter * lists the accounts; New-CredentialSpec -AccountName writes the entries";

/** Checks that there is at least one account, that each has a name, and that none is repeated. */
export function checkAccounts(credspec: CredspecFields): Finding[] {
  const accounts = accountsOf(credspec);
  if (accounts.every(account => isBlank(account.Name))) {
    return [
      error({
        path: ACCOUNTS,
        found: foundInsteadOfAccounts(credspec),
        expected: "a list of at least one account, with its Name and Scope",
        remedy: REMEDY,
      }),
    ];
  }
  return [...nameless(credspec), ...repeated(credspec)];
}

function foundInsteadOfAccounts(credspec: CredspecFields): string {
  const accounts = credspec.ActiveDirectoryConfig?.GroupManagedServiceAccounts;
  if (accounts === undefined) return "missing";
  return accounts.length === 0 ? "an empty list" : "a list of entries without a Name";
}

function nameless(credspec: CredspecFields): Finding[] {
  return accountsOf(credspec).flatMap(({ Name: name }, index) =>
    isBlank(name)
      ? warning({
          path: accountField(index, "Name"),
          found: describeValue(name),
          expected: "the name of the account",
          remedy: "(Get-ADServiceAccount webapp1).SamAccountName shows it, or remove the entry",
        })
      : [],
  );
}

function repeated(credspec: CredspecFields): Finding[] {
  const seen = new Map<string, number>();
  return accountsOf(credspec).flatMap(({ Name: name, Scope: scope }, index) => {
    // Active Directory ignores case.
    const key = JSON.stringify([name?.toLowerCase(), scope?.toLowerCase()]);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, index);
      return [];
    }
    return warning({
      path: [...ACCOUNTS, index],
      found: `the same account and scope as entry [${first}]`,
      expected: "an account, or a scope of it, that is not in the list yet",
      remedy: "remove one of the two",
    });
  });
}
