import type { KubeConfig, V1RoleBinding } from "@kubernetes/client-node";
import type { Command } from "commander";

import type { ServiceAccount } from "../../../rules/credspec/cluster";
import { kubeConfigOf } from "../../options/cluster-options";
import { EXIT, Failure } from "../../terminal/failure";
import { describeObject } from "../../../rules/rbac/binding";
import { RbacGrants } from "../../../rules/rbac/grants";
import type { KubeRbac } from "./kube-rbac";
import { useBinding, useBindingName, useRoleName } from "../../../rules/rbac/use-grant";
import type { RbacObjects } from "../../../rules/rbac/rbac-objects";
import type { Terminal } from "../../terminal/terminal";
import { addGrantOptions, grantsIn, type GrantOptions, type Grants } from "./grant-options";
import { printObjects } from "../../terminal/output";

const HELP = `
Takes away what gmsa grant made, and nothing else: the RoleBinding, and the ClusterRole once nothing
refers to it any more. Where the service account may still use the credspec by other objects, they are
named. Pods that run go on; new ones are refused.

Examples:
  gmsa revoke webapp1 --service-account shop/web
  gmsa revoke webapp1 --service-account shop/web --dry-run server

  # The RoleBinding that gmsa grant makes, to be deleted by other means
  gmsa revoke webapp1 --service-account shop/web --dry-run client | kubectl delete -f -

Needs to delete rolebindings and clusterroles, and to list all roles, bindings and their cluster-wide
forms.

Exit codes: 0 revoked; 1 the account may still use the credspec, or not done; 2 wrong usage.`;

/** `gmsa revoke` */
export function addRevoke(program: Command, terminal: Terminal): void {
  const command = program.command("revoke").description("take away what gmsa grant has given");
  addGrantOptions(command, "how --dry-run client prints the RoleBindings")
    .addHelpText("after", HELP)
    .action(async (credspecs: string[], options: GrantOptions) => {
      const grants = await grantsIn(credspecs, options, command);
      if (options.dryRun === "client") {
        await printObjects(terminal, bindingsOf(grants), options.output);
        return;
      }
      if (options.output !== undefined) {
        throw new Failure("-o is for --dry-run client", "See gmsa revoke --help", EXIT.usage);
      }
      await revoke(grants, { kubeConfig: await kubeConfigOf(command), options, terminal });
    });
}

/** What gmsa grant makes for each of the service accounts; the roles may be of use to others. */
function bindingsOf({ credspecs, accounts }: Grants): V1RoleBinding[] {
  return credspecs.flatMap(name => accounts.map(account => useBinding(name, account)));
}

interface Context {
  kubeConfig: KubeConfig;
  options: GrantOptions;
  terminal: Terminal;
}

async function revoke(
  { credspecs, accounts }: Grants,
  { kubeConfig, options, terminal }: Context,
): Promise<void> {
  const { KubeRbac } = await import("./kube-rbac");
  const isDryRun = options.dryRun === "server";
  const rbac = new KubeRbac(kubeConfig, isDryRun);
  const print = (what: string, became: string): void => {
    const suffix = isDryRun && became === "deleted" ? " (server dry run)" : "";
    terminal.print(`${what} ${became}${suffix}`);
  };
  let objects = await rbac.read();
  for (const credspec of credspecs) {
    for (const account of accounts) {
      objects = await deleteBinding(rbac, { credspec, account, objects, print });
    }
    await deleteUnusedRole(rbac, { credspec, objects, print });
  }
  // As the cluster is now; after a dry run, as it would be.
  const now = isDryRun ? objects : await rbac.read();
  const rest = credspecs.flatMap(credspec => remaining(credspec, accounts, now));
  for (const line of rest) terminal.say(line);
  process.exitCode = rest.length === 0 ? EXIT.ok : EXIT.failed;
}

interface Deletion {
  credspec: string;
  /** What there is before. */
  objects: RbacObjects;
  print: (what: string, became: string) => void;
}

/** @returns what there is after. */
async function deleteBinding(
  rbac: KubeRbac,
  { credspec, account, objects, print }: Deletion & { account: ServiceAccount },
): Promise<RbacObjects> {
  const name = useBindingName(credspec, account.name);
  const found = await rbac.deleteRoleBinding(account.namespace, name);
  print(`rolebinding.rbac.authorization.k8s.io/${name}`, found ? "deleted" : "not found");
  return withoutBinding(objects, account.namespace, name);
}

/** One that somebody else made stays. */
async function deleteUnusedRole(
  rbac: KubeRbac,
  { credspec, objects, print }: Deletion,
): Promise<void> {
  const { isOurs } = await import("./kube-rbac");
  const name = useRoleName(credspec);
  const role = objects.clusterRoles.find(({ metadata }) => metadata?.name === name);
  if (role === undefined || !isOurs(role) || isBound(objects, name)) return;
  await rbac.deleteClusterRole(name);
  print(`clusterrole.rbac.authorization.k8s.io/${name}`, "deleted");
}

/** A line for each way in which an account may still use the credspec. */
function remaining(
  credspec: string,
  accounts: readonly ServiceAccount[],
  objects: RbacObjects,
): string[] {
  const grants = new RbacGrants(objects);
  return accounts.flatMap(account =>
    grants
      .for(account, credspec)
      .map(
        ({ binding, role }) =>
          `service account ${account.namespace}/${account.name} may still use ${credspec}: ` +
          `${describeObject(binding)} gives it ${describeObject(role)}`,
      ),
  );
}

function withoutBinding(objects: RbacObjects, namespace: string, name: string): RbacObjects {
  return {
    ...objects,
    roleBindings: objects.roleBindings.filter(
      ({ metadata }) => metadata?.name !== name || metadata.namespace !== namespace,
    ),
  };
}

function isBound({ roleBindings, clusterRoleBindings }: RbacObjects, role: string): boolean {
  return [...roleBindings, ...clusterRoleBindings].some(
    ({ roleRef }) => roleRef.kind === "ClusterRole" && roleRef.name === role,
  );
}
