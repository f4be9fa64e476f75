/** Checks whether Windows can work with a credential spec. Each rule is a file beside this one. */
import { checkAccountNames } from "./account-names";
import { checkAccounts } from "./accounts";
import { checkCmsPlugins } from "./cms-plugins";
import { checkDomain } from "./domain";
import { checkDomainGuid } from "./domain-guid";
import { checkDomainNames } from "./domain-names";
import { checkDomainSid } from "./domain-sid";
import { areRelated } from "./fields";
import type { CredspecProblem, CredspecReason, Problem } from "../../problem";
import type { Finding } from "./finding";
import { checkHostAccount } from "./host-account";
import { checkMachineAccount } from "./machine-account";
import { checkPluginInput } from "./plugin-input";
import { checkExampleValues } from "./example-values";
import { checkForestNames } from "./forest-names";
import { checkPlaceholders } from "./placeholders";
import type { CredspecFields } from "./schema";
import { checkScopes } from "./scopes";
import { shapeOf } from "./parse";
import { checkSize } from "./size";

/** In the order of the fields in a credential spec. */
const RULES: readonly (readonly [CredspecReason, (credspec: CredspecFields) => Finding[]])[] = [
  ["cms plugins", checkCmsPlugins],
  ["accounts", checkAccounts],
  ["account names", checkAccountNames],
  ["scopes", checkScopes],
  ["host account", checkHostAccount],
  ["plugin input", checkPluginInput],
  ["domain", checkDomain],
  ["domain names", checkDomainNames],
  ["forest names", checkForestNames],
  ["domain guid", checkDomainGuid],
  ["domain sid", checkDomainSid],
  ["example values", checkExampleValues],
  ["machine account", checkMachineAccount],
];

/**
 * Checks the contents of a credential spec: the value of the key `credspec` in a GMSACredentialSpec, or
 * the JSON file of New-CredentialSpec.
 *
 * @param credspec any value, as JSON.parse returns it.
 * @returns errors, which prevent Windows from using it, and then warnings; empty if there are no
 *   problems.
 */
export function checkCredspec(credspec: unknown): CredspecProblem[] {
  const { wrongTypes, unknownKeys, fields } = shapeOf(credspec);
  const types = because("types", wrongTypes);
  if (fields === undefined) return types;
  // If a value has the wrong type, other problems with it are not reported.
  const wrong = types.filter(isError).flatMap(({ places }) => places);
  // Nor are other problems with a placeholder.
  const placeholders = because("placeholders", checkPlaceholders(fields));
  const settled = [...wrong, ...placeholders.flatMap(({ places }) => places)];
  const byRules = RULES.flatMap(([reason, rule]) => because(reason, rule(fields))).filter(
    ({ places }) => !places.some(({ path }) => settled.some(place => areRelated(place.path, path))),
  );
  const problems = [
    ...types,
    ...placeholders,
    ...byRules,
    ...because("unknown keys", unknownKeys),
    ...because("size", checkSize(fields)),
  ];
  return [...problems.filter(isError), ...problems.filter(problem => !isError(problem))];
}

function because(reason: CredspecReason, findings: readonly Finding[]): CredspecProblem[] {
  return findings.map(finding => ({ ...finding, reason }));
}

function isError({ level }: Problem): boolean {
  return level === "error";
}
