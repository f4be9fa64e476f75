import { domainField } from "./fields";
import { warning, type Finding } from "./finding";
import type { CredspecFields } from "./schema";
import { isBlank, describeValue } from "../../text";

/** Letters and digits of any script, `-`, and `_`, which Active Directory allows. */
const DNS_LABEL = /^[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?$/u;
const MAX_DNS_LENGTH = 255;
const MAX_NETBIOS_LENGTH = 15;
/** Source: "Naming conventions in Active Directory", Microsoft Learn. */
const NOT_ALLOWED_IN_NETBIOS = /[\\/:*?"<>|.\s]/;

const DNS_NAMES = [
  ["DnsName", "the DNS name of the domain", "(Get-ADDomain).DNSRoot"],
  ["DnsTreeName", "the DNS name of the root of the forest", "(Get-ADDomain).Forest"],
] as const;

/**
 * Checks that each name of the domain has the right form, and that the DNS and NetBIOS names are not
 * swapped.
 */
export function checkDomainNames({ DomainJoinConfig: domain = {} }: CredspecFields): Finding[] {
  const findings = DNS_NAMES.flatMap(([key, what, source]) => {
    const name = domain[key];
    return isBlank(name) || isDnsName(name)
      ? []
      : warning({
          path: domainField(key),
          found: describeValue(name),
          expected: `${what}, such as contoso.com`,
          remedy: `${source} shows it`,
        });
  });
  const netBiosName = domain.NetBiosName;
  if (!isBlank(netBiosName) && !isNetBiosName(netBiosName)) {
    findings.push(
      warning({
        path: domainField("NetBiosName"),
        found: describeValue(netBiosName),
        expected: `the NetBIOS name of the domain, at most ${MAX_NETBIOS_LENGTH} characters without a dot, such as CONTOSO`,
        remedy: "(Get-ADDomain).NetBIOSName shows it",
      }),
    );
  }
  return findings;
}

/**
 * Whether a text has the form of a DNS name. A single label is rejected, because it is almost always a
 * NetBIOS name.
 */
export function isDnsName(name: string): boolean {
  const labels = name.split(".");
  return (
    name.length <= MAX_DNS_LENGTH &&
    labels.length > 1 &&
    labels.every(label => DNS_LABEL.test(label))
  );
}

/** Whether a text has the form of a NetBIOS name. */
export function isNetBiosName(name: string): boolean {
  return name !== "" && name.length <= MAX_NETBIOS_LENGTH && !NOT_ALLOWED_IN_NETBIOS.test(name);
}
