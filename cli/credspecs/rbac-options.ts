import type { Command } from "commander";

import type { ServiceAccount } from "../../capabilities/cluster";
import { EXIT, Failure } from "../failure";
import { useBinding, useRole } from "../rbac/objects";
import { isObjectName } from "../../capabilities/object-name";

/** What the options of addRbacOptions become. */
export interface RbacOptions {
  rbac?: boolean;
  serviceAccount?: string[];
}

const MAX_NAMESPACE_LENGTH = 63;

/** Adds `--rbac` and `--service-account`. */
export function addRbacOptions(command: Command): Command {
  return command
    .option("--rbac", "add the ClusterRole and the RoleBinding that let a service account use it")
    .option(
      "--service-account <namespace/name...>",
      "whom --rbac lets use it; can be given several times",
    );
}

/**
 * The service accounts that are to use the credspec; none without --rbac.
 *
 * @throws Failure if one of the two options is there without the other, or a name cannot be one.
 */
export function serviceAccountsOf({
  rbac = false,
  serviceAccount = [],
}: RbacOptions): ServiceAccount[] {
  if (rbac !== serviceAccount.length > 0) {
    throw new Failure(
      rbac ? "--rbac needs --service-account" : "--service-account needs --rbac",
      "Give both, for example: --rbac --service-account shop/webapp1",
      EXIT.usage,
    );
  }
  return serviceAccount.map(parseServiceAccount);
}

/** The objects that let service accounts use a credspec: one ClusterRole, a RoleBinding for each. */
export function rbacObjectsFor(name: string, accounts: readonly ServiceAccount[]): object[] {
  return accounts.length === 0
    ? []
    : [useRole(name), ...accounts.map(account => useBinding(name, account))];
}

/** @throws Failure if it is no `namespace/name`. */
export function parseServiceAccount(text: string): ServiceAccount {
  const [namespace = "", name = "", ...rest] = text.split("/");
  const isNamespace =
    isObjectName(namespace) && !namespace.includes(".") && namespace.length <= MAX_NAMESPACE_LENGTH;
  if (!isNamespace || !isObjectName(name) || rest.length > 0) {
    throw new Failure(
      `--service-account ${text}: it must be a namespace and a name, such as shop/webapp1`,
      "",
      EXIT.usage,
    );
  }
  return { namespace, name };
}
