import { NAME, NAMESPACE } from "../../../kube/installed-objects";
import { pluralize } from "../../../rules/text";
import { describeRight, type Right } from "../../manifests/installation/rights";
import { APPLY, check, fail, unlessWrong, type Observed } from "../report/check";

/** The API server lets the installation do its work. */
export const rights = check({
  name: "rights",
  title: "the installation's service accounts may do what they need",
  needs: ["accountRights"],
  judge: ({ accountRights: { asked, missing } }) =>
    unlessWrong(
      missing.map(observe),
      `the API server allows ${pluralize(asked, "request")} that the service accounts need`,
    ),
});

function observe(right: Right): Observed {
  const { account, role, binding } = right;
  const isController = account.name === NAME;
  const problem = `service account ${NAMESPACE}/${account.name} may not ${describeRight(right)}`;
  const consequence = isController
    ? isForAdmission(right)
      ? "GMSA Pods are refused"
      : "a part of the controller does not work"
    : "nobody renews the certificate";
  return fail(
    `${problem}: ${consequence}`,
    `${role} and ${binding} give it. ${APPLY}`,
    isController && isForAdmission(right) ? "refused" : undefined,
  );
}

function isForAdmission({ resource }: Right): boolean {
  return resource === "gmsacredentialspecs" || resource === "subjectaccessreviews";
}
