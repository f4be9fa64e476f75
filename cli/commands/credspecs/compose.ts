import { plainAccountName } from "../../../rules/credspec/checks/account-names";
import { PORTABLE_CCG_VERSION } from "../../../rules/credspec/checks/host-account";
import type { Account, CredspecFields } from "../../../rules/credspec/checks/schema";

/** The texts that a credspec is made of. */
export interface CredspecTexts {
  /** Name of the account; its domain and final $ are left out. */
  account: string;
  /** DNS name of the domain. */
  domain: string;
  netBiosName: string;
  /** DNS name of the root of the forest. */
  forest: string;
  sid: string;
  guid: string;
}

/** What finds the credentials on nodes outside of the domain. */
export interface PortableIdentity {
  /** Class ID, in braces. */
  pluginGuid: string;
  pluginInput: string;
}

/** All that a credspec is made of. */
export interface CredspecParts extends CredspecTexts {
  /** `logagent`, or `sql@dev.contoso.com` for one of another domain. */
  additionalAccounts: readonly string[];
  portable: PortableIdentity | undefined;
}

/** A credspec with the fields, and in the form, in which New-CredentialSpec writes it. */
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

function additionalAccount(text: string, domain: string): Account {
  const [name = "", scope = domain] = text.split("@");
  return { Name: plainAccountName(name), Scope: scope };
}
