/** Whether Windows can work with a credspec: one rule a file in credspec-rules/. */
import { checkAccountNames } from "./account-names";
import { checkAccounts } from "./accounts";
import { checkCmsPlugins } from "./cms-plugins";
import { checkDomain } from "./domain";
import { checkDomainGuid } from "./domain-guid";
import { checkDomainNames } from "./domain-names";
import { checkDomainSid } from "./domain-sid";
import { areRelated } from "./fields";
import type { Finding } from "../../problem";
import { checkHostAccount } from "./host-account";
import { checkMachineAccount } from "./machine-account";
import { checkPluginInput } from "./plugin-input";
import { checkExampleValues } from "./example-values";
import type { CredspecFields } from "./schema";
import { checkScopes } from "./scopes";
import { shapeOf } from "./parse";
import { checkSize } from "./size";

/** In the order in which people read a credspec. */
const RULES: readonly ((credspec: CredspecFields) => Finding[])[] = [
  checkCmsPlugins,
  checkAccounts,
  checkAccountNames,
  checkScopes,
  checkHostAccount,
  checkPluginInput,
  checkDomain,
  checkDomainNames,
  checkDomainGuid,
  checkDomainSid,
  checkExampleValues,
  checkMachineAccount,
];

/**
 * Checks the contents of a credspec: what is under the key `credspec` of a GMSACredentialSpec, or in
 * the JSON file of New-CredentialSpec.
 *
 * @param credspec any value, as JSON.parse returns it.
 * @returns errors, with which Windows cannot work, before warnings; none if all is well.
 */
export function checkCredspec(credspec: unknown): Finding[] {
  const { wrongTypes, unknownKeys, fields } = shapeOf(credspec);
  if (fields === undefined) {
    return wrongTypes;
  }
  // Of a value with a wrong type it is enough to say that.
  const errors = wrongTypes.filter(({ level }) => level === "error");
  const byRules = RULES.flatMap(rule => rule(fields)).filter(
    ({ field }) => !errors.some(wrong => areRelated(wrong.field, field)),
  );
  const findings = [...wrongTypes, ...byRules, ...unknownKeys, ...checkSize(fields)];
  return [
    ...findings.filter(({ level }) => level === "error"),
    ...findings.filter(({ level }) => level === "warning"),
  ];
}

/** A finding as one sentence. */
export function describeFinding({ field, found, expected, remedy }: Finding): string {
  return `${field} should be ${expected}, but is ${found}: ${remedy}`;
}
