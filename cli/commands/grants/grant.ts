import type { KubeConfig, V1ClusterRole, V1RoleBinding } from "@kubernetes/client-node";
import type { Command } from "commander";

import { kubeConfigOf } from "../../options/cluster-options";
import { describeObject } from "../../../rules/rbac/binding";
import { planBinding, planRole, type GrantStep } from "../../../rules/rbac/grant-plan";
import { rbacObjectsFor, useBindingName } from "../../../rules/rbac/use-grant";
import { Failure } from "../../terminal/failure";
import { RBAC_GROUP } from "../../../rules/rbac/rbac-objects";
import type { Terminal } from "../../terminal/terminal";
import { addGrantOptions, grantsIn, type GrantOptions, type Grants } from "./grant-options";
import type { KubeRbac } from "./kube-rbac";
import { printObjects } from "../../terminal/output";

type RbacObject = V1ClusterRole | V1RoleBinding;
type FeasibleStep = Exclude<GrantStep<RbacObject>, { do: "refuse" }>;

const HELP = `
Creates a ClusterRole that allows "use" on this credential spec only, and a RoleBinding of the service
account to it in the account's namespace. Running it again changes nothing. Objects with the same names
that gmsa did not create are used if they grant this, and are never changed. Objects that gmsa creates
have the label gmsa.pepr.dev/made-by=gmsa; those that it prints do not, and belong to who applies them.

Examples:
  # Pods of service account web in namespace shop may use webapp1
  gmsa grant webapp1 --service-account shop/web

  # Several service accounts; those without a namespace are in shop
  gmsa grant webapp1 --service-account web,batch -n shop

  # Print the objects, to keep them in Git
  gmsa grant webapp1 --service-account shop/web --dry-run client > grant.yaml

Needs to get gmsacredentialspecs and serviceaccounts, to get and create clusterroles and rolebindings,
and to update a rolebinding that gmsa created and that lacks the account. With RBAC you can grant only
what you may do yourself, unless you may "bind" and "escalate".

Exit codes: 0 done, 1 not done, 2 wrong usage.`;

/** Adds `gmsa grant`. */
export function addGrant(program: Command, terminal: Terminal): void {
  const command = program.command("grant").description("let service accounts use credential specs");
  addGrantOptions(command, "print the objects instead of a summary")
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

/** ClusterRoles first, because the bindings refer to them. */
function objectsOf({ credspecs, accounts, roleNameOf }: Grants): RbacObject[] {
  return credspecs.flatMap(name => rbacObjectsFor(name, accounts, roleNameOf(name)));
}

interface Context {
  kubeConfig: KubeConfig;
  options: GrantOptions;
  terminal: Terminal;
}

/** What happened to an object, in kubectl's words, and the object as the API server returns it. */
interface Applied {
  became: "created" | "configured" | "unchanged";
  after: RbacObject;
}

async function apply(grants: Grants, { kubeConfig, options, terminal }: Context): Promise<void> {
  const { KubeRbac } = await import("./kube-rbac");
  await lookWhatIsThere(grants, kubeConfig, terminal);
  const isDryRun = options.dryRun === "server";
  const suffix = isDryRun ? " (server dry run)" : "";
  const rbac = new KubeRbac(kubeConfig, isDryRun);
  const steps = await plan(grants, rbac);
  const applied = [];
  for (const step of steps) {
    const { became, after } = await carryOut(step, rbac);
    applied.push(after);
    if (options.output === undefined) {
      terminal.print(`${describeResource(step.object)} ${became}${suffix}`);
    }
    if (step.do === "keep" && step.isWider) terminal.say(widerRole(step.object));
  }
  if (options.output !== undefined) {
    await printObjects(terminal, applied, options.output);
  }
}

/**
 * Plans all steps before any of them runs.
 *
 * @throws Failure if an object that gmsa did not create is in the way.
 */
async function plan(
  { credspecs, accounts, roleNameOf }: Grants,
  rbac: KubeRbac,
): Promise<FeasibleStep[]> {
  const perCredspec = await Promise.all(
    credspecs.map(async credspec => {
      const roleName = roleNameOf(credspec);
      const [role, ...bindings] = await Promise.all([
        rbac.readClusterRole(roleName),
        ...accounts.map(({ namespace, name }) =>
          rbac.readRoleBinding(namespace, useBindingName(roleName, name)),
        ),
      ]);
      return accounts.flatMap((account, index): GrantStep<RbacObject>[] => {
        const wanted = { credspec, account, roleName };
        const ofRole = index === 0 ? [planRole(wanted, role)] : [];
        return [...ofRole, planBinding(wanted, bindings[index])];
      });
    }),
  );
  return perCredspec.flat().map(step => {
    if (step.do === "refuse") throw inTheWay(step.object);
    return step;
  });
}

async function carryOut(step: FeasibleStep, rbac: KubeRbac): Promise<Applied> {
  switch (step.do) {
    case "create":
      return { became: "created", after: await rbac.create(step.object) };
    case "replace":
      return { became: "configured", after: await rbac.replaceBinding(step.object) };
    case "keep":
      return { became: "unchanged", after: step.object };
  }
}

function inTheWay(object: RbacObject): Failure {
  return new Failure(
    `${describeMade(object)} exists, but does not grant this; nothing was granted`,
    "gmsa did not create it, so gmsa does not change it. Change it at its source, or choose another --role-name.",
  );
}

function widerRole(object: RbacObject): string {
  return `warning: ${describeMade(object)} is used unchanged, although it allows more than this; add --role-name to create another one`;
}

function describeMade(object: RbacObject): string {
  const { name = "", namespace } = object.metadata ?? {};
  const kind = "roleRef" in object ? "RoleBinding" : "ClusterRole";
  return describeObject({ kind, name, namespace });
}

/**
 * @throws Failure if a credential spec does not exist. A missing service account is only a warning, because
 *   it may be created later.
 */
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
      "Run `kubectl get gmsa` to list the existing ones, or add `--dry-run client` to print the objects anyway.",
    );
  }
  for (const { namespace, name } of noAccounts) {
    terminal.say(`warning: there is no service account ${namespace}/${name} yet`);
  }
}

/** The name of an object as kubectl prints it. */
function describeResource({ metadata, ...object }: RbacObject): string {
  return `${"roleRef" in object ? "rolebinding" : "clusterrole"}.${RBAC_GROUP}/${metadata?.name ?? ""}`;
}
