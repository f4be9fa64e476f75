import { Command, Option } from "commander";

import type { ServiceAccount } from "../../../rules/credspec/cluster";
import { isObjectName } from "../../../rules/object";
import { useRoleName } from "../../../rules/rbac/use-grant";
import { kubeConfigOf, namespaceOf } from "../../options/cluster-options";
import {
  namesNamespace,
  parseServiceAccount,
  serviceAccountOption,
} from "../../options/service-account-options";
import { EXIT, Failure } from "../../terminal/failure";
import type { ObjectFormat } from "../../terminal/output";
import { formatOption } from "../../terminal/output-format";
import { namespaceOption } from "../../options/option-types";

export interface GrantOptions {
  serviceAccount?: string[];
  namespace?: string;
  roleName?: string;
  dryRun: "none" | "client" | "server";
  output?: ObjectFormat;
}

/** The requested grants. */
export interface Grants {
  credspecs: string[];
  accounts: ServiceAccount[];
  /** The ClusterRole of each credential spec. */
  roleNameOf: (credspec: string) => string;
}

/**
 * Adds the arguments and options of `gmsa grant` and `gmsa revoke`.
 *
 * @param output description of -o.
 */
export function addGrantOptions(command: Command, output: string): Command {
  return (
    command
      .argument("<credspec...>", "names of GMSACredentialSpecs")
      // Not mandatory for commander: it would report a misspelt option as missing.
      .addOption(serviceAccountOption("the service account"))
      .addOption(
        namespaceOption(
          "namespace of service accounts that are named without one (default: that of the context)",
        ),
      )
      .option(
        "--role-name <name>",
        "name of the ClusterRole (default: use-gmsa- and the name of the credential spec)",
      )
      .addOption(
        new Option(
          "--dry-run <where>",
          "change nothing: contact no cluster (client), or let the server check the request (server)",
        )
          .choices(["none", "client", "server"])
          .default("none"),
      )
      .addOption(formatOption(output, ["yaml", "json", "name"]))
  );
}

/** @throws Failure if a name is invalid, or no service account is given. */
export async function grantsIn(
  named: string[],
  { serviceAccount, namespace, roleName }: GrantOptions,
  command: Command,
): Promise<Grants> {
  const credspecs = named.map(credspecNameIn);
  if (serviceAccount === undefined) {
    throw new Failure(
      "required option '--service-account <namespace/name>' not specified",
      `See \`gmsa ${command.name()} --help\`.`,
      EXIT.usage,
    );
  }
  if (roleName !== undefined) requireRoleName(roleName, credspecs);
  const ofOthers = serviceAccount.every(namesNamespace)
    ? undefined
    : (namespace ?? namespaceOf({}, await kubeConfigOf(command)));
  return {
    credspecs: [...new Set(credspecs)],
    accounts: serviceAccount.map(text => parseServiceAccount(text, ofOthers)),
    roleNameOf: credspec => roleName ?? useRoleName(credspec),
  };
}

/** RBAC accepts any name that can be a path segment. */
function requireRoleName(name: string, credspecs: readonly string[]): void {
  if (credspecs.length > 1) {
    throw new Failure(
      "--role-name is for one credential spec at a time",
      "A role of gmsa allows one credential spec. Grant each with its own command.",
      EXIT.usage,
    );
  }
  if (name === "" || name === "." || name === ".." || /[/%]/.test(name)) {
    throw new Failure(
      `not a name for a ClusterRole: "${name}"`,
      "It must not be empty, . or .., and must not contain / or %.",
      EXIT.usage,
    );
  }
}

/** kubectl's names of the kind before a name, as `gmsa status -o name` prints them. */
const KIND = /^(?:gmsa|gmsacredentialspecs?(?:\.v1(?:alpha1)?)?(?:\.windows\.k8s\.io)?)\//i;

/**
 * Reads the name of a credential spec, with or without its kind, such as `gmsa/webapp1`.
 *
 * @throws Failure if it is not valid.
 */
export function credspecNameIn(text: string): string {
  const name = text.replace(KIND, "");
  if (isObjectName(name)) return name;
  throw new Failure(
    `no GMSACredentialSpec can be named "${name}"`,
    "Run `kubectl get gmsa` to list the existing ones.",
    EXIT.usage,
  );
}
