import { CANARY, NAME, NAMESPACE } from "../../../kube/installation-names";
import { pluralize } from "../../../rules/text";
import { describeRight, type Right } from "../../manifests/installation/rights";
import type { InstallationState } from "../../inspect/state";
import { check, fail, refusing, unlessWrong, warn, type Observed } from "../report/check";
import { applyAdvice } from "./apply-advice";

/** Checks that the API server grants the installation's service accounts the rights they need. */
export const rights = check({
  name: "rights",
  title: "the installation's service accounts may do what they need",
  needs: ["accountRights", "installed", "modulePods", "now"],
  judge: ({ accountRights: { asked, missing }, installed, ...state }) =>
    unlessWrong(
      [
        ...missing.map(right => observe(right, applyAdvice(installed))),
        ...observeTokens(installed, state),
      ],
      `the API server allows ${pluralize(asked, "request")} that the service accounts need`,
    ),
});

/** Slightly less than 48 minutes: the kubelet replaces a Pod's token after 80 % of an hour. */
const TOKEN_KEPT_MS = 45 * 60_000;

/**
 * Reports Pods that are older than their service account: a token is valid for one service account only, not
 * for a later one with the same name.
 */
function observeTokens(
  { objects }: InstallationState["installed"],
  { modulePods, now }: Pick<InstallationState, "modulePods" | "now">,
): Observed[] {
  return modulePods.flatMap(({ metadata, spec }) => {
    const account = spec?.serviceAccountName ?? "";
    const created = timeOf(objects[`ServiceAccount/${account}`]?.metadata);
    const isOld = created > timeOf(metadata) && now - created < TOKEN_KEPT_MS;
    return isOld ? [withOldToken(metadata?.name ?? "", account)] : [];
  });
}

function withOldToken(pod: string, account: string): Observed {
  const problem = `Pod/${pod} in ${NAMESPACE} is older than ServiceAccount/${account}, so the API server does not accept its token`;
  const remedy = `Run \`kubectl -n ${NAMESPACE} rollout restart deployment/${account}\` to recreate it.`;
  return account === NAME ? refusing(problem, remedy, "refused") : warn(problem, remedy);
}

/** Milliseconds since 1970; 0 if it is not known. */
function timeOf(metadata: { creationTimestamp?: string | Date } | undefined): number {
  return new Date(metadata?.creationTimestamp ?? 0).getTime();
}

function observe(right: Right, apply: string): Observed {
  const { account, role, binding } = right;
  const missing = `service account ${NAMESPACE}/${account.name} may not ${describeRight(right)}`;
  const remedy = `${role} and ${binding} grant it. ${apply}`;
  if (isForAdmission(right)) return refusing(missing, remedy, "refused");
  const problem = `${missing}: ${consequenceOf(right)}`;
  // Admission does not depend on the canary.
  return account.name === CANARY ? warn(problem, remedy) : fail(problem, remedy);
}

function consequenceOf(right: Right): string {
  switch (right.account.name) {
    case NAME:
      return "a part of the webhook does not work";
    case CANARY:
      return "the canary does not work";
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
