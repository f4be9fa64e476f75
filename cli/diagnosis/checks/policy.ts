import { oneLine } from "../../../rules/text";
import type { InstallationState } from "../../inspect/state";
import { SHIPPED_POLICY } from "../../manifests/shipped";
import { check, fail, unlessWrong, warn, type Observed } from "../report/check";
import { applyAdvice } from "./apply-advice";
import { observeObjects } from "./shipped-objects";

const POLICY = `ValidatingAdmissionPolicy/${SHIPPED_POLICY.metadata.name}`;
const UNCHECKED = "GMSA Pods are admitted unchecked in namespaces that the webhook does not cover";

/** Checks that the API server itself refuses GMSA where the webhook does not look. */
export const policy = check({
  name: "policy",
  title: "the ValidatingAdmissionPolicy and its bindings are as shipped",
  needs: ["installed", "policy", "policyBindings"],
  judge: ({ installed, policy: found, policyBindings }) =>
    unlessWrong(
      [
        ...observeObjects(
          installed,
          ({ object }) => /^ValidatingAdmissionPolicy(?!.*gmsa-(canary|keep))/.test(object),
          () => ({ level: "fail", consequence: UNCHECKED }),
        ),
        ...typeWarnings(found, applyAdvice(installed)),
        ...otherBindings(installed, policyBindings),
      ],
      `${POLICY} and its binding are as shipped`,
    ),
});

function typeWarnings(found: InstallationState["policy"], remedy: string): Observed[] {
  return (found?.status?.typeChecking?.expressionWarnings ?? []).map(({ fieldRef, warning }) =>
    warn(`${POLICY}: the API server warns about ${fieldRef}: ${oneLine(warning)}`, remedy),
  );
}

/**
 * Bindings of our policy that are not part of the installation. They can only make it refuse more, and only
 * if they deny.
 */
function otherBindings(
  installed: InstallationState["installed"],
  bindings: InstallationState["policyBindings"],
): Observed[] {
  return bindings
    .map(({ metadata, spec }) => ({ id: idOf(metadata?.name), actions: spec?.validationActions }))
    .filter(
      ({ id, actions }) =>
        installed.objects[id] === undefined && actions?.includes("Deny") !== true,
    )
    .map(({ id, actions = [] }) =>
      fail(
        `${id} does not deny: its validationActions are ${actions.join(", ")}`,
        applyAdvice(installed),
      ),
    );
}

function idOf(name = ""): string {
  return `ValidatingAdmissionPolicyBinding/${name}`;
}
