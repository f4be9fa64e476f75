import type { KubeConfig } from "@kubernetes/client-node";
import { Command, Option } from "commander";

import type { ServiceAccount } from "../../capabilities/cluster";
import { kubeConfigOf } from "../cluster-options";
import { Failure } from "../failure";
import { useBinding, useRole } from "../rbac/objects";
import type { Terminal } from "../terminal";
import { addGrantOptions, grantsIn } from "./grant-options";
import type { GrantOptions, Grants } from "./grant-options";

const HELP = `
Makes a ClusterRole that allows "use" on this one credspec, and a RoleBinding of the service account
to it in the account's namespace: for Pods there, and for nobody else. Doing it again changes nothing.

Examples:
  # Pods of service account web in namespace shop may use webapp1
  gmsa grant webapp1 --service-account shop/web

  # The objects, to be kept in Git
  gmsa grant webapp1 --service-account shop/web --dry-run client > grant.yaml

Needs to get gmsacredentialspecs and serviceaccounts, and to get, create and patch clusterroles and
rolebindings; RBAC lets nobody grant what they may not do themselves, unless they may "bind" and
"escalate".

Exit codes: 0 done, 1 not done, 2 wrong usage.`;

/** `gmsa grant` */
export function addGrant(program: Command, terminal: Terminal): void {
  const command = program.command("grant").description("let service accounts use credspecs");
  addGrantOptions(command)
    .addOption(
      new Option("-o, --output <format>", "how --dry-run client prints the objects")
        .choices(["yaml", "json"])
        .default("yaml"),
    )
    .addHelpText("after", HELP)
    .action(async (credspecs: string[], options: GrantOptions) => {
      const grants = grantsIn(credspecs, options);
      if (options.dryRun === "client") {
        await print(grants, options, terminal);
      } else {
        await apply(grants, { kubeConfig: await kubeConfigOf(command), options, terminal });
      }
    });
}

/** ClusterRoles before what refers to them. */
function objectsOf({
  credspecs,
  accounts,
}: Grants): ReturnType<typeof useRole | typeof useBinding>[] {
  return credspecs.flatMap(name => [
    useRole(name),
    ...accounts.map(account => useBinding(name, account)),
  ]);
}

async function print(grants: Grants, { output }: GrantOptions, terminal: Terminal): Promise<void> {
  const objects = objectsOf(grants);
  if (output === "json") {
    const list = { apiVersion: "v1", kind: "List", items: objects };
    terminal.print(JSON.stringify(list, null, 2));
    return;
  }
  const { yamlOf, yamlStream } = await import("../credspecs/resource-text");
  terminal.print(yamlStream(objects.map(yamlOf)).trimEnd());
}

async function apply(
  grants: Grants,
  context: { kubeConfig: KubeConfig; options: GrantOptions; terminal: Terminal },
): Promise<void> {
  const { kubeConfig, options, terminal } = context;
  const [{ KubeRbac }, { missingCredspecs, missingAccounts }] = await Promise.all([
    import("../rbac/kube-rbac"),
    import("./what-is-there"),
  ]);
  const [noCredspecs, noAccounts] = await Promise.all([
    missingCredspecs(kubeConfig, grants.credspecs),
    missingAccounts(kubeConfig, grants.accounts),
  ]);
  if (noCredspecs.length > 0) {
    throw new Failure(
      `there is no GMSACredentialSpec ${noCredspecs.join(", ")}; nothing was granted`,
      "`kubectl get gmsa` lists those that there are; --dry-run client prints the objects all the same.",
    );
  }
  for (const account of noAccounts) {
    terminal.say(`warning: there is no service account ${describe(account)} yet`);
  }
  const isDryRun = options.dryRun === "server";
  const rbac = new KubeRbac(kubeConfig, isDryRun);
  for (const object of objectsOf(grants)) {
    const applied = await rbac.apply(object);
    const resource = `${object.kind?.toLowerCase() ?? ""}.rbac.authorization.k8s.io`;
    const suffix = isDryRun ? " (server dry run)" : "";
    terminal.print(`${resource}/${object.metadata?.name ?? ""} ${applied}${suffix}`);
  }
}

function describe({ namespace, name }: ServiceAccount): string {
  return `${namespace}/${name}`;
}
