import { DOMAIN, domainField } from "./fields";
import { error, warning, type Finding } from "./finding";
import type { CredspecFields } from "./schema";
import { isBlank, describeValue } from "../../text";

/** What each name is, and the property of Get-ADDomain that shows it. */
const NAMES = {
  DnsName: { what: "the DNS name of the domain", remedy: "(Get-ADDomain).DNSRoot shows it" },
  NetBiosName: {
    what: "the NetBIOS (short) name of the domain",
    remedy: "(Get-ADDomain).NetBIOSName shows it",
  },
  DnsTreeName: {
    what: "the DNS name of the root of the forest",
    remedy: "(Get-ADDomain).Forest shows it",
  },
} as const;

/** Checks that there is a domain and that it has its names. */
export function checkDomain({ DomainJoinConfig: domain }: CredspecFields): Finding[] {
  if (domain === undefined || (isBlank(domain.DnsName) && isBlank(domain.NetBiosName))) {
    return [
      error({
        path: DOMAIN,
        found: domain === undefined ? "missing" : "an object without DnsName and NetBiosName",
        expected: "the domain, with its Sid, Guid and names",
        remedy: "New-CredentialSpec writes it; Get-ADDomain shows the values",
      }),
    ];
  }
  return (Object.keys(NAMES) as (keyof typeof NAMES)[]).flatMap(key =>
    isBlank(domain[key])
      ? warning({
          path: domainField(key),
          found: describeValue(domain[key]),
          expected: NAMES[key].what,
          remedy: NAMES[key].remedy,
        })
      : [],
  );
}
