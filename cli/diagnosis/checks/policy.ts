import { APPLY, check, fail, unlessWrong, warn, type Observed } from "../report/check";
import type { InstallationState } from "../../inspect/state";
import { describeExpressions, describeRules, expressionOf } from "./webhook-differences";
import { SHIPPED_BINDING, SHIPPED_POLICY } from "../../manifests/shipped";

const { name } = SHIPPED_POLICY.metadata;
const POLICY = `ValidatingAdmissionPolicy/${name}`;
const UNCHECKED = "GMSA Pods are admitted unchecked where the webhook does not look";

type Policy = NonNullable<InstallationState["policy"]>;

/** Where the webhook does not look, the API server itself refuses GMSA. */
export const policy = check({
  name: "policy",
  title: "the ValidatingAdmissionPolicy and its binding are as shipped",
  needs: ["policy", "policyBindings"],
  judge: ({ policy: found, policyBindings }) =>
    unlessWrong(
      [
        ...(found === undefined
          ? [fail(`${POLICY} is missing: ${UNCHECKED}`, APPLY)]
          : aboutPolicy(found)),
        ...aboutBindings(policyBindings),
      ],
      `${POLICY} and its binding are as shipped`,
    ),
});

function aboutPolicy({ spec, status }: Policy): Observed[] {
  const wrong: Observed[] = [];
  if (rulesText({ spec }) !== rulesText(SHIPPED_POLICY)) {
    const problem = `${POLICY} has other rules than this gmsa ships: ${UNCHECKED}`;
    const remedy = `${APPLY} If another version is installed on purpose, use the gmsa of that version.`;
    wrong.push(fail(problem, remedy));
  }
  if (spec?.failurePolicy !== "Fail") {
    const problem = `${POLICY} has failurePolicy ${spec?.failurePolicy ?? "unset"}, not Fail`;
    wrong.push(fail(problem, APPLY));
  }
  for (const { fieldRef, warning } of status?.typeChecking?.expressionWarnings ?? []) {
    const problem = `${POLICY}: the API server warns of ${fieldRef}: ${expressionOf(warning)}`;
    wrong.push(warn(problem, APPLY));
  }
  return wrong;
}

/** All that decides which Pods it refuses. */
function rulesText({ spec }: Pick<Policy, "spec">): string {
  const { matchConstraints, matchConditions = [], variables = [], validations = [] } = spec ?? {};
  return [
    describeRules(matchConstraints?.resourceRules),
    describeRules(matchConstraints?.excludeResourceRules),
    describeExpressions([...matchConditions, ...variables]),
    ...validations.map(({ expression }) => expressionOf(expression)),
  ].join("\n");
}

function aboutBindings(bindings: InstallationState["policyBindings"]): Observed[] {
  const shipped = SHIPPED_BINDING.metadata.name;
  const missing = bindings.every(({ metadata }) => metadata?.name !== shipped);
  return [
    ...(missing
      ? [fail(`ValidatingAdmissionPolicyBinding/${shipped} is missing: ${UNCHECKED}`, APPLY)]
      : []),
    ...bindings
      .filter(({ spec }) => spec?.validationActions?.includes("Deny") !== true)
      .map(({ metadata, spec }) =>
        fail(
          `ValidatingAdmissionPolicyBinding/${metadata?.name ?? ""} does not deny: its validationActions are ${(spec?.validationActions ?? []).join(", ")}`,
          APPLY,
        ),
      ),
  ];
}
