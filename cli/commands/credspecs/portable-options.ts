import type { Command } from "commander";

import { EXIT, Failure } from "../../terminal/failure";
import { aksIdentity, eksIdentity, type PortableIdentity } from "./compose";

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
  const { aksIdentity: identity, aksSecret, eksSecret, pluginGuid: guid, pluginInput } = options;
  const forms = [
    ofTwo({ "--aks-identity": identity, "--aks-secret": aksSecret }, aksIdentity),
    eksSecret === undefined ? undefined : eksIdentity(eksSecret),
    ofTwo({ "--plugin-guid": guid, "--plugin-input": pluginInput }, (first, second) => ({
      pluginGuid: first,
      pluginInput: second,
    })),
  ].filter(form => form !== undefined);
  if (forms.length > 1) throw usage("the options of two plug-ins are there; a credspec names one");
  return forms[0];
}

function ofTwo(
  options: Record<string, string | undefined>,
  make: (first: string, second: string) => PortableIdentity,
): PortableIdentity | undefined {
  const [first, second] = Object.values(options);
  if (first === undefined && second === undefined) return undefined;
  if (first === undefined || second === undefined) {
    throw usage(`${Object.keys(options).join(" and ")} go together`);
  }
  return make(first, second);
}

function usage(message: string): Failure {
  return new Failure(message, "See gmsa create --help", EXIT.usage);
}
