import { canonicalJson } from "../../rules/credspec/canonical-json";
import type { JsonObject } from "../../rules/credspec/contents";

/**
 * A credspec that no check says a word about, as New-CredentialSpec writes it.
 *
 * @param account name of the gMSA; with another one the contents differ.
 */
export function validCredspec(account = "webapp1"): JsonObject {
  return {
    ActiveDirectoryConfig: {
      GroupManagedServiceAccounts: [
        { Name: account, Scope: "contoso.com" },
        { Name: account, Scope: "CONTOSO" },
      ],
    },
    CmsPlugins: ["ActiveDirectory"],
    DomainJoinConfig: {
      DnsName: "contoso.com",
      DnsTreeName: "contoso.com",
      Guid: "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13",
      MachineAccountName: account,
      NetBiosName: "CONTOSO",
      Sid: "S-1-5-21-1957390241-3086214477-2670915583",
    },
  };
}

/** The contents that Pods get of it. */
export function validContents(account?: string): string {
  return canonicalJson(validCredspec(account));
}
