import { isNamespaceName, isObjectName } from "../../object";
import { isGuid } from "../../text";

/** A plug-in of Container Credential Guard with a known form of input. */
export interface CredentialPlugin {
  /** The secret store and the platform. */
  title: string;
  guid: string;
  form: string;
  /** The form of the secret that the input refers to. */
  secret: string;
  /** What the plug-in requires outside of the credential spec: who may read the secret, and how. */
  needs: string;
  accepts: (input: string) => boolean;
}

/**
 * Azure Key Vault, on AKS: https://learn.microsoft.com/azure/aks/use-group-managed-service-accounts
 * and https://github.com/microsoft/Azure-Key-Vault-Plugin-gMSA
 */
export const AKS_PLUGIN: CredentialPlugin = {
  title: "Azure Key Vault (AKS)",
  guid: "{CCC2A336-D7F3-4818-A213-272B7924213E}",
  form: "ObjectId=<object ID of the managed identity>;SecretUri=https://<key vault>.vault.azure.net/secrets/<secret>",
  secret: String.raw`<domain>\<user>:<password>`,
  needs:
    "the managed identity belongs to the node pool's virtual machines and may get secrets of the key vault",
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
  secret: '{"username":"<user>","password":"<password>","domainName":"<DNS name of the domain>"}',
  needs:
    "the role of the node's instance profile allows secretsmanager:GetSecretValue, or ssm:GetParameters for a parameter",
  accepts: input => isCredentialArn(credentialArnOf(input)),
};

/**
 * A Secret in the cluster, served by Rancher's account provider in the same namespace:
 * https://github.com/rancher/Rancher-Plugin-gMSA
 */
export const RANCHER_PLUGIN: CredentialPlugin = {
  title: "Kubernetes Secrets (Rancher)",
  guid: "{e4781092-f116-4b79-b55e-28eb6a224e26}",
  form: "<namespace of the account provider>:<secret>",
  secret: "a Secret with the keys username, password and domainName",
  needs:
    "the Helm charts rancher-gmsa-plugin-installer and, in that namespace, rancher-gmsa-account-provider are installed, and the provider runs on the node",
  accepts: input => {
    const [namespace = "", secret = "", ...others] = input.split(":");
    return isNamespaceName(namespace) && isObjectName(secret) && others.length === 0;
  },
};

const PLUGINS = [AKS_PLUGIN, EKS_PLUGIN, RANCHER_PLUGIN];

/** Returns the plug-in with this class ID; undefined if it is not a known one. */
export function pluginOf(guid: string): CredentialPlugin | undefined {
  return PLUGINS.find(plugin => plugin.guid.toUpperCase() === guid.toUpperCase());
}

/**
 * Whether a value is the ARN of a secret of Secrets Manager or a parameter of Systems Manager, in any
 * AWS partition.
 */
function isCredentialArn(arn: unknown): arn is string {
  return isSecretArn(arn) || isParameterArn(arn);
}

/** Whether a value is the ARN of a secret of AWS Secrets Manager. */
export function isSecretArn(arn: unknown): arn is string {
  return (
    typeof arn === "string" && /^arn:aws[a-z-]*:secretsmanager:[^:\s]+:\d{12}:secret:\S+$/.test(arn)
  );
}

/** Whether a value is the ARN of a parameter of AWS Systems Manager. */
export function isParameterArn(arn: unknown): arn is string {
  return typeof arn === "string" && /^arn:aws[a-z-]*:ssm:[^:\s]+:\d{12}:parameter\/\S+$/.test(arn);
}

function credentialArnOf(input: string): unknown {
  try {
    const value: unknown = JSON.parse(input);
    return (value as { credentialArn?: unknown } | null)?.credentialArn;
  } catch {
    return undefined;
  }
}
