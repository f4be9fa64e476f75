import { Command, Option } from "commander";

import type { ServiceAccount } from "../../capabilities/cluster";
import { isObjectName } from "../../capabilities/object-name";
import { parseServiceAccount } from "../credspecs/rbac-options";
import { EXIT, Failure } from "../failure";

export interface GrantOptions {
  serviceAccount: string[];
  dryRun: "none" | "client" | "server";
  output: "yaml" | "json";
}

/** Which credspecs whom. */
export interface Grants {
  credspecs: string[];
  accounts: ServiceAccount[];
}

/** Adds the arguments and options of `gmsa grant` and `gmsa revoke`. */
export function addGrantOptions(command: Command): Command {
  return command
    .argument("<credspec...>", "names of GMSACredentialSpecs")
    .requiredOption("--service-account <namespace/name...>", "whom; can be given several times")
    .addOption(
      new Option("--dry-run <where>", "change nothing: ask the server only, or no cluster at all")
        .choices(["none", "client", "server"])
        .default("none"),
    );
}

/** @throws Failure if a name cannot be one. */
export function grantsIn(credspecs: string[], { serviceAccount }: GrantOptions): Grants {
  const wrong = credspecs.find(name => !isObjectName(name));
  if (wrong !== undefined) {
    throw new Failure(
      `no GMSACredentialSpec can be named "${wrong}"`,
      "`kubectl get gmsa` lists those that there are.",
      EXIT.usage,
    );
  }
  return {
    credspecs: [...new Set(credspecs)],
    accounts: serviceAccount.map(parseServiceAccount),
  };
}
