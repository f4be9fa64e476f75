import { plainAccountName } from "../../../rules/credspec/checks/account-names";
import { PORTABLE_CCG_VERSION } from "../../../rules/credspec/checks/host-account";
import type { Account, CredspecFields } from "../../../rules/credspec/checks/schema";

/** The texts of a credential spec. */
export interface CredspecTexts {
  /** Name of the account, without its domain and the final $. */
  account: string;
  /** DNS name of the domain. */
  domain: string;
  netBiosName: string;
  /** DNS name of the forest root. */
  forest: string;
  sid: string;
  guid: string;
}

/** The source of credentials on nodes that are not joined to the domain. */
export interface PortableIdentity {
  /** Class ID, in braces. */
  pluginGuid: string;
  pluginInput: string;
}

/** All parts of a credential spec. */
export interface CredspecParts extends CredspecTexts {
  /** `logagent`, or `sql@dev.contoso.com` for an account of another domain. */
  additionalAccounts: readonly string[];
  portable: PortableIdentity | undefined;
}

/** A credential spec with the fields and the form of New-CredentialSpec. */
export function composeCredspec(parts: CredspecParts): CredspecFields {
  const { domain, netBiosName, forest, sid, guid, portable } = parts;
  const name = plainAccountName(parts.account);
  return {
    CmsPlugins: ["ActiveDirectory"],
    DomainJoinConfig: {
      Sid: sid,
      MachineAccountName: name,
      Guid: guid,
      DnsTreeName: forest,
      DnsName: domain,
      NetBiosName: netBiosName,
    },
    ActiveDirectoryConfig: {
      GroupManagedServiceAccounts: [
        { Name: name, Scope: domain },
        { Name: name, Scope: netBiosName },
        ...parts.additionalAccounts.map(account => additionalAccount(account, domain)),
      ],
      ...(portable === undefined
        ? {}
        : {
            HostAccountConfig: {
              PortableCcgVersion: PORTABLE_CCG_VERSION,
              PluginGUID: portable.pluginGuid,
              PluginInput: portable.pluginInput,
            },
          }),
    },
  };
}

/** Whether a text is a name, or a name and a domain. */
export function isAdditionalAccount(text: string): boolean {
  return text.split("@").length <= 2;
}

function additionalAccount(text: string, domain: string): Account {
  const [name = "", scope = domain] = text.split("@");
  return { Name: plainAccountName(name), Scope: scope };
}
