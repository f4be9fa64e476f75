import type { KubeConfig, V1ClusterRole, V1RoleBinding } from "@kubernetes/client-node";
import type { Command } from "commander";

import { kubeConfigOf } from "../../options/cluster-options";
import { rbacObjectsFor } from "../../../rules/rbac/use-grant";
import { Failure } from "../../terminal/failure";
import { RBAC_GROUP } from "../../../rules/rbac/rbac-objects";
import type { Terminal } from "../../terminal/terminal";
import { addGrantOptions, grantsIn, type GrantOptions, type Grants } from "./grant-options";
import { printObjects } from "../../terminal/output";

const HELP = `
Makes a ClusterRole that allows "use" on this one credspec, and a RoleBinding of the service account
to it in the account's namespace: for Pods there, and for nobody else. Doing it again changes nothing.

Examples:
  # Pods of service account web in namespace shop may use webapp1
  gmsa grant webapp1 --service-account shop/web

  # Of several service accounts, those without a namespace are in shop
  gmsa grant webapp1 --service-account web,batch -n shop

  # The objects, to be kept in Git
  gmsa grant webapp1 --service-account shop/web --dry-run client > grant.yaml

Needs to get gmsacredentialspecs and serviceaccounts, and to get, create and patch clusterroles and
rolebindings; RBAC lets nobody grant what they may not do themselves, unless they may "bind" and
"escalate".

Exit codes: 0 done, 1 not done, 2 wrong usage.`;

/** `gmsa grant` */
export function addGrant(program: Command, terminal: Terminal): void {
  const command = program.command("grant").description("let service accounts use credspecs");
  addGrantOptions(command, "print the objects, not what became of them")
    .addHelpText("after", HELP)
    .action(async (credspecs: string[], options: GrantOptions) => {
      const grants = await grantsIn(credspecs, options, command);
      if (options.dryRun === "client") {
        await printObjects(terminal, objectsOf(grants), options.output);
      } else {
        await apply(grants, { kubeConfig: await kubeConfigOf(command), options, terminal });
      }
    });
}

/** ClusterRoles before what refers to them. */
function objectsOf({ credspecs, accounts }: Grants): (V1ClusterRole | V1RoleBinding)[] {
  return credspecs.flatMap(name => rbacObjectsFor(name, accounts));
}

interface Context {
  kubeConfig: KubeConfig;
  options: GrantOptions;
  terminal: Terminal;
}

async function apply(grants: Grants, { kubeConfig, options, terminal }: Context): Promise<void> {
  const { KubeRbac } = await import("./kube-rbac");
  await lookWhatIsThere(grants, kubeConfig, terminal);
  const isDryRun = options.dryRun === "server";
  const suffix = isDryRun ? " (server dry run)" : "";
  const rbac = new KubeRbac(kubeConfig, isDryRun);
  const applied = [];
  for (const object of objectsOf(grants)) {
    const { became, after } = await rbac.apply(object);
    applied.push(after);
    if (options.output === undefined) {
      terminal.print(`${describeResource(object)} ${became}${suffix}`);
    }
  }
  if (options.output !== undefined) {
    await printObjects(terminal, applied, options.output);
  }
}

/** @throws Failure if a credspec is not there; a service account may come later. */
async function lookWhatIsThere(
  { credspecs, accounts }: Grants,
  kubeConfig: KubeConfig,
  terminal: Terminal,
): Promise<void> {
  const { missingCredspecs, missingAccounts } = await import("./kube-rbac");
  const [noCredspecs, noAccounts] = await Promise.all([
    missingCredspecs(kubeConfig, credspecs),
    missingAccounts(kubeConfig, accounts),
  ]);
  if (noCredspecs.length > 0) {
    throw new Failure(
      `there is no GMSACredentialSpec ${noCredspecs.join(", ")}; nothing was granted`,
      "`kubectl get gmsa` lists those that exist; --dry-run client prints the objects all the same.",
    );
  }
  for (const { namespace, name } of noAccounts) {
    terminal.say(`warning: there is no service account ${namespace}/${name} yet`);
  }
}

/** As kubectl says it. */
function describeResource({ kind, metadata }: V1ClusterRole | V1RoleBinding): string {
  return `${kind?.toLowerCase() ?? ""}.${RBAC_GROUP}/${metadata?.name ?? ""}`;
}
