import { isGuid } from "../../text";

/** A plug-in of Container Credential Guard whose input is known. */
export interface CredentialPlugin {
  /** Where it runs. */
  title: string;
  guid: string;
  /** The form of its input. */
  form: string;
  accepts: (input: string) => boolean;
}

/** Azure Key Vault, on AKS: https://learn.microsoft.com/azure/aks/use-group-managed-service-accounts */
export const AKS_PLUGIN: CredentialPlugin = {
  title: "Azure Key Vault (AKS)",
  guid: "{CCC2A336-D7F3-4818-A213-272B7924213E}",
  form: "ObjectId=<object ID of the managed identity>;SecretUri=https://<key vault>.vault.azure.net/secrets/<secret>",
  accepts: input => {
    const parts = new Map(
      input.split(";").map(part => {
        const [key = "", ...rest] = part.split("=");
        return [key.trim().toLowerCase(), rest.join("=").trim()];
      }),
    );
    const secret = /^https:\/\/[^/\s]+\/\S+$/;
    return isGuid(parts.get("objectid") ?? "") && secret.test(parts.get("secreturi") ?? "");
  },
};

/**
 * AWS Secrets Manager or Systems Manager, on EKS and ECS; input of the Windows plug-in:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/tutorial-gmsa-windows.html
 */
export const EKS_PLUGIN: CredentialPlugin = {
  title: "AWS Secrets Manager (EKS)",
  guid: "{859E1386-BDB4-49E8-85C7-3070B13920E1}",
  form: '{"credentialArn":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}',
  accepts: input => isCredentialArn(credentialArnOf(input)),
};

const PLUGINS = [AKS_PLUGIN, EKS_PLUGIN];

/** The plug-in of a class ID, if its input is known. */
export function pluginOf(guid: string): CredentialPlugin | undefined {
  return PLUGINS.find(plugin => plugin.guid === guid.toUpperCase());
}

/** A secret of Secrets Manager or a parameter of Systems Manager, in any partition of AWS. */
export function isCredentialArn(arn: unknown): arn is string {
  return (
    typeof arn === "string" &&
    /^arn:aws[a-z-]*:(secretsmanager:[^:\s]+:\d+:secret:|ssm:[^:\s]+:\d+:parameter\/)\S+$/.test(arn)
  );
}

function credentialArnOf(input: string): unknown {
  try {
    const value: unknown = JSON.parse(input);
    return (value as { credentialArn?: unknown } | null)?.credentialArn;
  } catch {
    return undefined;
  }
}
