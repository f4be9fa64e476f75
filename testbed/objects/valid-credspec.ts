import { canonicalJson } from "../../rules/credspec/canonical-json";
import type { JsonObject } from "../../rules/json-object";

/**
 * A credential spec without any problems or warnings, as New-CredentialSpec writes it.
 *
 * @param account name of the gMSA; the contents differ for each name.
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

/** The contents that Pods get from it. */
export function validContents(account?: string): string {
  return canonicalJson(validCredspec(account));
}
