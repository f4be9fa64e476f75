import { isDnsName } from "./domain-names";
import { domainField } from "./fields";
import { warning, type Finding } from "./finding";
import type { CredspecFields } from "./schema";
import { describeValue } from "../../text";

/**
 * Checks that the root of the forest is not below the domain. The two may be the same, the domain may be
 * below the root, or a tree of the forest may have a name of its own.
 */
export function checkForestNames({ DomainJoinConfig: domain = {} }: CredspecFields): Finding[] {
  const { DnsName: dnsName = "", DnsTreeName: treeName = "" } = domain;
  const isBelow = plain(treeName).endsWith(`.${plain(dnsName)}`);
  if (!isBelow || !isDnsName(plain(dnsName))) return [];
  return [
    warning({
      path: domainField("DnsTreeName"),
      found: `${describeValue(treeName)}, which is below DnsName ${describeValue(dnsName)}`,
      expected: "the root of the forest",
      remedy: `are the two swapped? Then write ${treeName} in DnsName and ${dnsName} in DnsTreeName; (Get-ADDomain).DNSRoot shows the first, (Get-ADDomain).Forest the second`,
    }),
  ];
}

/** DNS ignores case, and a name may end with the dot of the root. */
function plain(name: string): string {
  return name.trim().toLowerCase().replace(/\.$/, "");
}
