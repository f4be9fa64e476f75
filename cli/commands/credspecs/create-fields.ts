import { accountField, domainField } from "../../../rules/credspec/checks/fields";
import type { FieldPath } from "../../../rules/problem";
import type { CredspecTexts } from "./compose";

/** A text that `gmsa create` takes from an option or asks for. */
export interface CreateField {
  key: keyof CredspecTexts;
  /** The option, without --. */
  option: string;
  /** Description for the option's help and the question. */
  what: string;
  /** A command that shows the value. */
  source: string;
  /** Its path in a credential spec. */
  path: FieldPath;
  /** The default value, and its description. Undefined if the value is required. */
  fallback?: { what: string; of: (texts: CredspecTexts) => string };
  /** A probable value to suggest. */
  suggestion?: (texts: CredspecTexts) => string;
}

/** In the order of the questions. */
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
    what: "DNS name of the root of the forest",
    source: "(Get-ADDomain).Forest",
    path: domainField("DnsTreeName"),
    fallback: { what: "the domain", of: ({ domain }) => domain },
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

/** The texts, with defaults for missing ones. */
export function completeTexts(said: Partial<CredspecTexts>): CredspecTexts {
  const texts = { ...NOTHING, ...said };
  for (const { key, fallback } of CREATE_FIELDS) {
    if (texts[key] === "" && fallback !== undefined) {
      texts[key] = fallback.of(texts);
    }
  }
  return texts;
}

/** The required fields that are missing. */
export function missingFields(said: Partial<CredspecTexts>): CreateField[] {
  return CREATE_FIELDS.filter(
    ({ key, fallback }) => fallback === undefined && said[key] === undefined,
  );
}
