/**
 * The plug-ins of `gmsa create --plugin`, with the values that they need from options or from the terminal.
 */
import {
  AKS_PLUGIN,
  EKS_PLUGIN,
  isParameterArn,
  isSecretArn,
  RANCHER_PLUGIN,
  type CredentialPlugin,
} from "../../../rules/credspec/checks/plugins";
import { isNamespaceName, isObjectName } from "../../../rules/object";
import { isGuid } from "../../../rules/text";
import type { PortableIdentity } from "./compose";

/** One value of a plug-in's input. */
export interface PluginValue {
  /** The name of the option, without its dashes. */
  option: string;
  placeholder: string;
  /** Description for help and prompt. */
  what: string;
  /** The expected form, as in "It should be ...". */
  form: string;
  isRight: (text: string) => boolean;
  /** A value of another form may work anyway, so it only causes a warning. */
  bearable?: true;
}

export interface PluginChoice {
  /** The value of `--plugin`. */
  name: string;
  /** The entry in the list on a terminal. */
  title: string;
  values: readonly PluginValue[];
  plugin: CredentialPlugin;
  /** @param texts one text for each of the values, in order. */
  input: (texts: readonly string[]) => string;
}

/** A placeholder to check an AKS secret when the identity is not known yet. */
const SOME_GUID = "00000000-0000-0000-0000-000000000000";

function aksInput([objectId = "", secretUri = ""]: readonly string[]): string {
  return `ObjectId=${objectId};SecretUri=${secretUri}`;
}

export function awsInput([credentialArn = ""]: readonly string[]): string {
  return JSON.stringify({ credentialArn });
}

export const PLUGIN_CHOICES: readonly PluginChoice[] = [
  {
    name: "aks",
    title: AKS_PLUGIN.title,
    plugin: AKS_PLUGIN,
    input: aksInput,
    values: [
      {
        option: "aks-identity",
        placeholder: "object-id",
        what: "object ID of the managed identity of the nodes",
        form: "a GUID, without braces",
        isRight: isGuid,
        bearable: true,
      },
      {
        option: "aks-secret",
        placeholder: "uri",
        what: "address of the secret in Azure Key Vault",
        form: "like https://<key vault>.vault.azure.net/secrets/<secret>",
        isRight: text => AKS_PLUGIN.accepts(aksInput([SOME_GUID, text])),
        bearable: true,
      },
    ],
  },
  {
    name: "aws-secrets-manager",
    title: "AWS Secrets Manager (EKS)",
    plugin: EKS_PLUGIN,
    input: awsInput,
    values: [
      {
        option: "aws-secret",
        placeholder: "arn",
        what: "ARN of the secret in AWS Secrets Manager",
        form: "like arn:aws:secretsmanager:<region>:<account>:secret:<secret>",
        isRight: isSecretArn,
      },
    ],
  },
  {
    name: "aws-ssm",
    title: "AWS Systems Manager (EKS)",
    plugin: EKS_PLUGIN,
    input: awsInput,
    values: [
      {
        option: "aws-parameter",
        placeholder: "arn",
        what: "ARN of the parameter in AWS Systems Manager",
        form: "like arn:aws:ssm:<region>:<account>:parameter/<parameter>",
        isRight: isParameterArn,
      },
    ],
  },
  {
    name: "rancher",
    title: RANCHER_PLUGIN.title,
    plugin: RANCHER_PLUGIN,
    input: texts => texts.join(":"),
    values: [
      {
        option: "rancher-namespace",
        placeholder: "namespace",
        what: "namespace of Rancher's account provider",
        form: "the name of a namespace: lower case letters, digits and - only",
        isRight: isNamespaceName,
      },
      {
        option: "rancher-secret",
        placeholder: "name",
        what: "name of the Secret in that namespace",
        form: "the name of a Secret: lower case letters, digits, - and . only",
        isRight: isObjectName,
      },
    ],
  },
];

/** The content of HostAccountConfig, from all values of a plug-in. */
export function identityOf(
  { plugin, input }: PluginChoice,
  texts: readonly string[],
): PortableIdentity {
  return { pluginGuid: plugin.guid, pluginInput: input(texts) };
}
