import type { KubeConfig, V1RoleBinding } from "@kubernetes/client-node";
import type { Command } from "commander";

import type { ServiceAccount } from "../../../rules/credspec/cluster";
import { kubeConfigOf } from "../../options/cluster-options";
import { EXIT, Failure } from "../../terminal/failure";
import { describeObject } from "../../../rules/rbac/binding";
import { RbacGrants } from "../../../rules/rbac/grants";
import type { KubeRbac } from "./kube-rbac";
import {
  planUnbinding,
  planUnusedRole,
  type KeepReason,
  type WantedGrant,
} from "../../../rules/rbac/grant-plan";
import { useBinding, useBindingName } from "../../../rules/rbac/use-grant";
import type { RbacObjects } from "../../../rules/rbac/rbac-objects";
import type { Terminal } from "../../terminal/terminal";
import { addGrantOptions, grantsIn, type GrantOptions, type Grants } from "./grant-options";
import { printObjects } from "../../terminal/output";

const HELP = `
Removes only objects that gmsa grant created, with the label gmsa.pepr.dev/made-by=gmsa: the RoleBinding,
and the ClusterRole once nothing refers to it. Objects that are applied from a manifest, by kubectl apply,
Argo CD, Flux or Helm, are kept. If other objects still let the service account use the credential
spec, they are listed. Running Pods keep running; new ones are refused.

Examples:
  gmsa revoke webapp1 --service-account shop/web
  gmsa revoke webapp1 --service-account shop/web --dry-run server

  # The RoleBinding of gmsa grant, to delete it by other means
  gmsa revoke webapp1 --service-account shop/web --dry-run client | kubectl delete -f -

Needs to delete rolebindings and clusterroles, and to list roles, clusterroles, rolebindings and
clusterrolebindings.

Exit codes: 0 revoked; 1 the account may still use the credential spec, or not done; 2 wrong usage.`;

/** Adds `gmsa revoke`. */
export function addRevoke(program: Command, terminal: Terminal): void {
  const command = program.command("revoke").description("remove grants made with gmsa grant");
  addGrantOptions(command, "how --dry-run client prints the RoleBindings")
    .addHelpText("after", HELP)
    .action(async (credspecs: string[], options: GrantOptions) => {
      const grants = await grantsIn(credspecs, options, command);
      if (options.dryRun === "client") {
        await printObjects(terminal, bindingsOf(grants), options.output);
        return;
      }
      if (options.output !== undefined) {
        throw new Failure("-o needs --dry-run client", "See `gmsa revoke --help`.", EXIT.usage);
      }
      await revoke(grants, { kubeConfig: await kubeConfigOf(command), options, terminal });
    });
}

/** The bindings that gmsa grant creates for each service account. The roles may be in use by others. */
function bindingsOf({ credspecs, accounts, roleNameOf }: Grants): V1RoleBinding[] {
  return credspecs.flatMap(name =>
    accounts.map(account => useBinding(name, account, roleNameOf(name))),
  );
}

interface Context {
  kubeConfig: KubeConfig;
  options: GrantOptions;
  terminal: Terminal;
}

async function revoke(
  { credspecs, accounts, roleNameOf }: Grants,
  { kubeConfig, options, terminal }: Context,
): Promise<void> {
  const [{ KubeRbac }, { readRbacObjects }] = await Promise.all([
    import("./kube-rbac"),
    import("../../inspect/rbac-objects"),
  ]);
  const isDryRun = options.dryRun === "server";
  const rbac = new KubeRbac(kubeConfig, isDryRun);
  const print = (what: string, became: string): void => {
    const suffix = isDryRun && CHANGES.includes(became) ? " (server dry run)" : "";
    terminal.print(`${what} ${became}${suffix}`);
  };
  let objects = await readRbacObjects(kubeConfig);
  for (const credspec of credspecs) {
    const roleName = roleNameOf(credspec);
    for (const account of accounts) {
      const wanted = { credspec, account, roleName };
      objects = await takeAway({ wanted, objects, rbac, print });
    }
    await deleteUnusedRole({ credspec, roleName, objects, rbac, print });
  }
  // The cluster's current objects. After a dry run, the objects as they would be.
  const now = isDryRun ? objects : await readRbacObjects(kubeConfig);
  const rest = credspecs.flatMap(credspec => remaining(credspec, accounts, now));
  for (const line of rest) terminal.say(line);
  process.exitCode = rest.length === 0 ? EXIT.ok : EXIT.failed;
}

/** Words for an object that was changed. */
const CHANGES = ["deleted", "configured"];
/** Words for an object that is kept. */
function describeKept(kept: KeepReason): string {
  switch (kept.reason) {
    case "made by others":
      return "kept: gmsa did not create it";
    case "rules of others":
      return "kept: it has rules that gmsa did not write";
    case "applied":
      return `kept: it is applied with ${kept.with}. Remove it from its ${kept.with === "Helm" ? "chart" : "manifest"}.`;
  }
}

interface Surroundings {
  /** The objects before the change. */
  objects: RbacObjects;
  rbac: KubeRbac;
  print: (what: string, became: string) => void;
}

/** @returns the objects after the change. */
async function takeAway({
  wanted,
  objects,
  rbac,
  print,
}: Surroundings & { wanted: WantedGrant }): Promise<RbacObjects> {
  const { account, roleName } = wanted;
  const name = useBindingName(roleName, account.name);
  const what = `rolebinding.rbac.authorization.k8s.io/${name}`;
  const isIt = ({ metadata }: V1RoleBinding): boolean =>
    metadata?.name === name && metadata.namespace === account.namespace;
  const binding = objects.roleBindings.find(isIt);
  if (binding === undefined) {
    print(what, "not found");
    return objects;
  }
  const step = planUnbinding(wanted, binding);
  const others = objects.roleBindings.filter(other => !isIt(other));
  switch (step.do) {
    case "keep":
      print(what, describeKept(step));
      return objects;
    case "delete":
      await rbac.delete(step.object);
      print(what, "deleted");
      return { ...objects, roleBindings: others };
    case "replace":
      await rbac.replaceBinding(step.object);
      print(what, "configured");
      return { ...objects, roleBindings: [...others, step.object] };
  }
}

async function deleteUnusedRole({
  credspec,
  roleName,
  objects,
  rbac,
  print,
}: Surroundings & { credspec: string; roleName: string }): Promise<void> {
  const role = objects.clusterRoles.find(({ metadata }) => metadata?.name === roleName);
  if (role === undefined || isBound(objects, roleName)) return;
  const step = planUnusedRole({ credspec, roleName }, role);
  const what = `clusterrole.rbac.authorization.k8s.io/${roleName}`;
  if (step.do === "keep") {
    print(what, describeKept(step));
  } else {
    await rbac.delete(step.object);
    print(what, "deleted");
  }
}

/** A line for each binding through which an account may still use the credential spec. */
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

function isBound({ roleBindings, clusterRoleBindings }: RbacObjects, role: string): boolean {
  return [...roleBindings, ...clusterRoleBindings].some(
    ({ roleRef }) => roleRef.kind === "ClusterRole" && roleRef.name === role,
  );
}
