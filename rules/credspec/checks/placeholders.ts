import { accountsOf, domainField, accountField, hostAccountField } from "./fields";
import { error, warning, type Finding } from "./finding";
import type { CredspecFields } from "./schema";
import { placeholderIn } from "../../placeholder";
import type { FieldPath } from "../../problem";
import { describeValue } from "../../text";

/** The expected value of each field, and the command that shows it. */
const WANTED: Readonly<Record<string, readonly [string, string]>> = {
  Sid: ["the SID of the domain", "(Get-ADDomain).DomainSID.Value shows it"],
  Guid: ["the GUID of the domain", "(Get-ADDomain).ObjectGUID.Guid shows it"],
  DnsName: ["the DNS name of the domain", "(Get-ADDomain).DNSRoot shows it"],
  DnsTreeName: ["the DNS name of the root of the forest", "(Get-ADDomain).Forest shows it"],
  NetBiosName: ["the NetBIOS name of the domain", "(Get-ADDomain).NetBIOSName shows it"],
  MachineAccountName: [
    "the name of the account",
    "(Get-ADServiceAccount -Filter *).Name lists them",
  ],
  Name: ["the name of the account", "(Get-ADServiceAccount -Filter *).Name lists them"],
  Scope: [
    "the domain of the account",
    "(Get-ADDomain).DNSRoot and (Get-ADDomain).NetBIOSName show its names",
  ],
};
const OTHER = ["the value itself", "the documentation of the plug-in explains it"] as const;
/** Without these, Windows cannot find the domain. */
const VITAL = ["Sid", "Guid"];
const PLUGIN_INPUT = "PluginInput";

/** Checks that no value is a placeholder from a guide or a template. */
export function checkPlaceholders(credspec: CredspecFields): Finding[] {
  const { DomainJoinConfig: domain = {}, ActiveDirectoryConfig: directory = {} } = credspec;
  return [
    ...accountsOf(credspec).flatMap((account, index) =>
      checkTexts(account, key => accountField(index, key)),
    ),
    ...checkTexts(directory.HostAccountConfig ?? {}, hostAccountField),
    ...checkTexts(domain, domainField),
  ];
}

/** Creates a path only for a placeholder that was found, because that takes time. */
function checkTexts<Fields extends object>(
  fields: Fields,
  fieldAt: (key: keyof Fields) => FieldPath,
): Finding[] {
  const found: Finding[] = [];
  for (const key of Object.keys(fields) as (keyof Fields & string)[]) {
    const text: unknown = fields[key];
    if (typeof text !== "string") continue;
    const placeholder =
      placeholderIn(text) ?? (key === PLUGIN_INPUT ? placeholderWithin(text) : undefined);
    if (placeholder !== undefined) found.push(finding(key, fieldAt(key), placeholder));
  }
  return found;
}

function finding(key: string, path: FieldPath, placeholder: string): Finding {
  const [expected, remedy] = WANTED[key] ?? OTHER;
  // The input of a plug-in may hold a secret.
  const shown = key === PLUGIN_INPUT ? "" : ` (${describeValue(placeholder)})`;
  const report = VITAL.includes(key) ? error : warning;
  const found = `a placeholder${shown} that was not replaced`;
  return report({ path, found, expected, remedy });
}

/** Checks each value in a plug-in's input: the values of a JSON text, or those after each =. */
function placeholderWithin(input: string): string | undefined {
  return input
    .split(/["=;]/)
    .map(placeholderIn)
    .find(placeholder => placeholder !== undefined);
}
