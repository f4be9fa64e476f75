import { CANARY, NAME, NAMESPACE } from "../../../kube/installation-names";
import { pluralize } from "../../../rules/text";
import { describeRight, type Right } from "../../manifests/installation/rights";
import { check, fail, unlessWrong, warn, type Observed } from "../report/check";
import { applyAdvice } from "./apply-advice";

/** Checks that the API server grants the installation's service accounts the rights they need. */
export const rights = check({
  name: "rights",
  title: "the installation's service accounts may do what they need",
  needs: ["accountRights", "installed"],
  judge: ({ accountRights: { asked, missing }, installed }) =>
    unlessWrong(
      missing.map(right => observe(right, applyAdvice(installed))),
      `the API server allows ${pluralize(asked, "request")} that the service accounts need`,
    ),
});

function observe(right: Right, apply: string): Observed {
  const { account, role, binding } = right;
  const problem = `service account ${NAMESPACE}/${account.name} may not ${describeRight(right)}: ${consequenceOf(right)}`;
  const remedy = `${role} and ${binding} grant it. ${apply}`;
  // Nothing depends on the canary.
  if (account.name === CANARY) return warn(problem, remedy);
  return fail(problem, remedy, isForAdmission(right) ? "refused" : undefined);
}

function consequenceOf(right: Right): string {
  switch (right.account.name) {
    case NAME:
      return isForAdmission(right)
        ? "GMSA Pods are refused"
        : "a part of the controller does not work";
    case CANARY:
      return "the canary cannot do its work";
    default:
      return "the certificate is not renewed";
  }
}

function isForAdmission({ account, resource }: Right): boolean {
  return (
    account.name === NAME &&
    (resource === "gmsacredentialspecs" || resource === "subjectaccessreviews")
  );
}
