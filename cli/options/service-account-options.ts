import type { Command, Option } from "commander";

import type { ServiceAccount } from "../../rules/credspec/cluster";
import { isNamespaceName, isObjectName } from "../../rules/object";
import { placeholderIn } from "../../rules/placeholder";
import { Failure, EXIT } from "../terminal/failure";
import { namespaceOption, RepeatableOption } from "./option-types";

/** The parsed options of addRbacOptions. */
export interface RbacOptions {
  rbac?: boolean;
  serviceAccount?: string[];
  namespace?: string;
}

/** Adds `--rbac`, `--service-account` and `-n`. */
export function addRbacOptions(command: Command): Command {
  return command
    .option("--rbac", "add the ClusterRole and the RoleBinding that let a service account use it")
    .addOption(serviceAccountOption("the service account for --rbac"))
    .addOption(namespaceOption("namespace of service accounts that are named without one"));
}

/** The option `--service-account`; see parseServiceAccount. */
export function serviceAccountOption(description: string): Option {
  return new RepeatableOption("--service-account <namespace/name>", description);
}

/**
 * The service accounts that are to use the credential spec. Empty without --rbac.
 *
 * @throws Failure if only one of the two options is given, or a name is invalid or a placeholder.
 */
export function serviceAccountsOf({
  rbac = false,
  serviceAccount = [],
  namespace,
}: RbacOptions): ServiceAccount[] {
  if (rbac !== serviceAccount.length > 0) {
    throw new Failure(
      rbac ? "--rbac needs --service-account" : "--service-account needs --rbac",
      "Give both, for example: --rbac --service-account shop/webapp1",
      EXIT.usage,
    );
  }
  return serviceAccount.map(text => withoutPlaceholder(parseServiceAccount(text, namespace)));
}

/** Words that are placeholders elsewhere, but also names of applications. */
const APPLICATIONS = ["todo"];

function withoutPlaceholder(account: ServiceAccount): ServiceAccount {
  const { namespace, name } = account;
  const placeholder = [namespace, name].find(
    part => !APPLICATIONS.includes(part) && placeholderIn(part) !== undefined,
  );
  if (placeholder === undefined) return account;
  throw new Failure(
    `--service-account ${namespace}/${name}: "${placeholder}" is a placeholder that was not replaced`,
    "Give the service account of the Pods: kubectl get serviceaccounts -A",
    EXIT.usage,
  );
}

/** Prefix of a service account's user name at the API server. */
const USER_PREFIX = "system:serviceaccount:";

/** Whether the text includes the namespace; see parseServiceAccount. */
export function namesNamespace(text: string): boolean {
  return /[/:]/.test(text);
}

/**
 * @param text `namespace/name`; `namespace:name`, as kubectl takes it for subjects; the user name
 *   `system:serviceaccount:namespace:name`; or a name alone.
 * @param ofOthers the namespace of a name alone. Without it, a name alone is refused.
 * @throws Failure if the text does not name a service account.
 */
export function parseServiceAccount(text: string, ofOthers?: string): ServiceAccount {
  const plain = text.startsWith(USER_PREFIX) ? text.slice(USER_PREFIX.length) : text;
  const parts = plain.split(/[/:]/);
  const [namespace = "", name = "", ...rest] =
    parts.length === 1 && ofOthers !== undefined ? [ofOthers, ...parts] : parts;
  if (!isNamespaceName(namespace) || !isObjectName(name) || rest.length > 0) {
    throw new Failure(
      `--service-account ${text}: it must be a namespace and a name, such as shop/webapp1`,
      "Or give the name alone, and the namespace with -n.",
      EXIT.usage,
    );
  }
  return { namespace, name };
}
