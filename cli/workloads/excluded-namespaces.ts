/** Where the policy refuses GMSA. */
import type { V1ValidatingAdmissionPolicyBinding } from "@kubernetes/client-node";

import { selects } from "../label-selector";
import type { LabelSelector } from "../label-selector";

/** The selectors of the namespaces in which these bindings of the policy refuse GMSA. */
export function refusingSelectors(
  bindings: readonly V1ValidatingAdmissionPolicyBinding[],
): LabelSelector[] {
  return bindings
    .filter(({ spec }) => spec?.validationActions?.includes("Deny") === true)
    .map(({ spec }) => spec?.matchResources?.namespaceSelector ?? {});
}

/** Whether one of the selectors selects what has these labels. */
export function isRefused(
  selectors: readonly LabelSelector[],
  labels: Readonly<Record<string, string>>,
): boolean {
  return selectors.some(selector => selects(selector, labels));
}
