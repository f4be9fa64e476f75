/** The plug-ins that `gmsa create --plugin` knows, with what each is asked: by options, or on a terminal. */
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

/** One value that the input of a plug-in is made of. */
export interface PluginValue {
  /** Of the option, without its dashes. */
  option: string;
  placeholder: string;
  /** What it is, in help and in the question. */
  what: string;
  /** "It should be ..." */
  form: string;
  isRight: (text: string) => boolean;
  /** A value of another form may work all the same: it is only warned of. */
  bearable?: true;
}

export interface PluginChoice {
  /** As `--plugin` has it. */
  name: string;
  /** In the list of a terminal. */
  title: string;
  values: readonly PluginValue[];
  plugin: CredentialPlugin;
  /** @param texts as many as there are values, in their order. */
  input: (texts: readonly string[]) => string;
}

/** What of an AKS secret can be told without the identity. */
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

/** What HostAccountConfig names, of all values of a plug-in. */
export function identityOf(
  { plugin, input }: PluginChoice,
  texts: readonly string[],
): PortableIdentity {
  return { pluginGuid: plugin.guid, pluginInput: input(texts) };
}
