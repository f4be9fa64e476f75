import { Command, Option } from "commander";

import type { ServiceAccount } from "../../../rules/credspec/cluster";
import { isObjectName } from "../../../rules/object";
import { kubeConfigOf, namespaceOf } from "../../options/cluster-options";
import { parseServiceAccount, serviceAccountOption } from "../../options/service-account-options";
import { EXIT, Failure } from "../../terminal/failure";
import type { ObjectFormat } from "../../terminal/output";

export interface GrantOptions {
  serviceAccount: string[];
  namespace?: string;
  dryRun: "none" | "client" | "server";
  output?: ObjectFormat;
}

/** Which credspecs whom. */
export interface Grants {
  credspecs: string[];
  accounts: ServiceAccount[];
}

/**
 * Adds the arguments and options of `gmsa grant` and `gmsa revoke`.
 *
 * @param output what -o is for.
 */
export function addGrantOptions(command: Command, output: string): Command {
  return command
    .argument("<credspec...>", "names of GMSACredentialSpecs")
    .addOption(serviceAccountOption("whom").makeOptionMandatory())
    .option(
      "-n, --namespace <name>",
      "namespace of service accounts that are named without one (default: that of the context)",
    )
    .addOption(
      new Option("--dry-run <where>", "change nothing: ask the server only, or no cluster at all")
        .choices(["none", "client", "server"])
        .default("none"),
    )
    .addOption(new Option("-o, --output <format>", output).choices(["yaml", "json"]));
}

/** @throws Failure if a name cannot be one. */
export async function grantsIn(
  credspecs: string[],
  { serviceAccount, namespace }: GrantOptions,
  command: Command,
): Promise<Grants> {
  credspecs.forEach(requireCredspecName);
  const ofOthers = serviceAccount.every(text => text.includes("/"))
    ? undefined
    : (namespace ?? namespaceOf({}, await kubeConfigOf(command)));
  return {
    credspecs: [...new Set(credspecs)],
    accounts: serviceAccount.map(text => parseServiceAccount(text, ofOthers)),
  };
}

/** @throws Failure if no credspec can be named so. */
export function requireCredspecName(name: string): void {
  if (!isObjectName(name)) {
    throw new Failure(
      `no GMSACredentialSpec can be named "${name}"`,
      "`kubectl get gmsa` lists those that exist.",
      EXIT.usage,
    );
  }
}
