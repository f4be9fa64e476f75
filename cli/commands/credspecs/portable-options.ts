import type { Command } from "commander";

import { EXIT, Failure } from "../../terminal/failure";
import { aksIdentity, eksIdentity } from "./compose";
import type { PortableIdentity } from "./compose";

/** What the options of addPortableOptions become. */
export interface PortableOptions {
  aksIdentity?: string;
  aksSecret?: string;
  eksSecret?: string;
  pluginGuid?: string;
  pluginInput?: string;
}

/** Adds the options for nodes that are not joined to the domain. */
export function addPortableOptions(command: Command): Command {
  return command
    .option("--aks-identity <object-id>", "AKS: object ID of the managed identity of the nodes")
    .option("--aks-secret <uri>", "AKS: address of the secret in Azure Key Vault")
    .option("--eks-secret <arn>", "EKS: ARN of the secret or parameter in AWS")
    .option("--plugin-guid <guid>", "another plug-in: its class ID, in braces")
    .option("--plugin-input <text>", "another plug-in: what it finds the credentials by");
}

/**
 * The portable identity that the options name; undefined if none of them is there.
 *
 * @throws Failure if they are of several plug-ins, or one of two is missing.
 */
export function portableIdentityOf(options: PortableOptions): PortableIdentity | undefined {
  const forms = [aksOf(options), eksOf(options), otherOf(options)].filter(
    form => form !== undefined,
  );
  if (forms.length > 1) {
    throw usage("the options of two plug-ins are there; a credspec names one");
  }
  return forms[0];
}

function aksOf({
  aksIdentity: identity,
  aksSecret: secret,
}: PortableOptions): PortableIdentity | undefined {
  const both = bothOrNone({ "--aks-identity": identity, "--aks-secret": secret });
  return both && aksIdentity(...both);
}

function eksOf({ eksSecret: secret }: PortableOptions): PortableIdentity | undefined {
  return secret === undefined ? undefined : eksIdentity(secret);
}

function otherOf({
  pluginGuid: guid,
  pluginInput: input,
}: PortableOptions): PortableIdentity | undefined {
  const both = bothOrNone({ "--plugin-guid": guid, "--plugin-input": input });
  return both && { pluginGuid: both[0], pluginInput: both[1] };
}

function bothOrNone(options: Record<string, string | undefined>): [string, string] | undefined {
  const [first, second] = Object.values(options);
  if (first !== undefined && second !== undefined) {
    return [first, second];
  }
  if (first !== undefined || second !== undefined) {
    throw usage(`${Object.keys(options).join(" and ")} go together`);
  }
  return undefined;
}

function usage(message: string): Failure {
  return new Failure(message, "See gmsa create --help", EXIT.usage);
}
