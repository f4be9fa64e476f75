import { isSameAccount } from "./account-names";
import { accountsOf, domainField } from "./fields";
import { error, warning, type Finding } from "./finding";
import type { CredspecFields } from "./schema";
import { placeholderIn } from "../../placeholder";
import { isBlank, describeValue } from "../../text";

/**
 * Checks that MachineAccountName, which Local System and Network Service act as in the container, is in
 * the list of accounts.
 */
export function checkMachineAccount(credspec: CredspecFields): Finding[] {
  const { DomainJoinConfig: domain } = credspec;
  if (domain === undefined) return [];
  const names = accountsOf(credspec).flatMap(({ Name: name }) => (isBlank(name) ? [] : name));
  const machineAccount = domain.MachineAccountName;
  if (isBlank(machineAccount)) {
    const [example] = names.filter(name => placeholderIn(name) === undefined);
    return [
      error({
        path: domainField("MachineAccountName"),
        found: describeValue(machineAccount),
        expected: "the container's default account",
        remedy: `write the Name of one of the GroupManagedServiceAccounts${example === undefined ? "" : `, such as ${example}`}`,
      }),
    ];
  }
  const isListed = names.some(name => isSameAccount(name, machineAccount));
  if (names.length === 0 || isListed) return [];
  return [
    warning({
      path: domainField("MachineAccountName"),
      found: describeValue(machineAccount),
      expected: `one of the accounts in GroupManagedServiceAccounts (${[...new Set(names)].join(", ")})`,
      remedy: "write that name, or add the account to the list",
    }),
  ];
}
