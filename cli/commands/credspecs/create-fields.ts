import { accountField, domainField } from "../../../rules/credspec/checks/fields";
import type { FieldPath } from "../../../rules/problem";
import type { CredspecTexts } from "./compose";

/** A text that `gmsa create` takes by an option or asks for. */
export interface CreateField {
  key: keyof CredspecTexts;
  /** The option, without --. */
  option: string;
  /** What it is, for the option's help. */
  what: string;
  /** Where to get it, for whoever is asked. */
  source: string;
  /** Where it is in a credspec. */
  path: FieldPath;
  /** What it is if nothing else is said; undefined where it must be said. */
  fallback?: (texts: CredspecTexts) => string;
  /** What is probable, as a suggestion. */
  suggestion?: (texts: CredspecTexts) => string;
}

/** In the order in which they are asked for. */
export const CREATE_FIELDS: readonly CreateField[] = [
  {
    key: "account",
    option: "account <name>",
    what: "name of the group managed service account",
    source: "Get-ADServiceAccount -Filter *",
    path: accountField(0, "Name"),
  },
  {
    key: "domain",
    option: "domain <name>",
    what: "DNS name of its domain",
    source: "(Get-ADDomain).DNSRoot",
    path: domainField("DnsName"),
  },
  {
    key: "netBiosName",
    option: "netbios-name <name>",
    what: "NetBIOS name of the domain",
    source: "(Get-ADDomain).NetBIOSName",
    path: domainField("NetBiosName"),
    suggestion: ({ domain }) => (domain.split(".")[0] ?? "").toUpperCase(),
  },
  {
    key: "forest",
    option: "forest <name>",
    what: "DNS name of the root of the forest (default: the domain)",
    source: "(Get-ADDomain).Forest",
    path: domainField("DnsTreeName"),
    fallback: ({ domain }) => domain,
    suggestion: ({ domain }) => domain,
  },
  {
    key: "sid",
    option: "sid <sid>",
    what: "SID of the domain",
    source: "(Get-ADDomain).DomainSID.Value",
    path: domainField("Sid"),
  },
  {
    key: "guid",
    option: "guid <guid>",
    what: "GUID of the domain",
    source: "(Get-ADDomain).ObjectGUID.Guid",
    path: domainField("Guid"),
  },
];

const NOTHING: CredspecTexts = {
  account: "",
  domain: "",
  netBiosName: "",
  forest: "",
  sid: "",
  guid: "",
};

/** The texts, with what was not said as the fields' fallbacks have it. */
export function completeTexts(said: Partial<CredspecTexts>): CredspecTexts {
  const texts = { ...NOTHING, ...said };
  for (const { key, fallback } of CREATE_FIELDS) {
    if (texts[key] === "" && fallback !== undefined) {
      texts[key] = fallback(texts);
    }
  }
  return texts;
}

/** What has to be said and was not. */
export function missingFields(said: Partial<CredspecTexts>): CreateField[] {
  return CREATE_FIELDS.filter(
    ({ key, fallback }) => fallback === undefined && said[key] === undefined,
  );
}
