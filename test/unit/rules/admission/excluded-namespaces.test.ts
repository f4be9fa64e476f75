import {
  isRefused,
  namespaceExcluded,
  refusingSelectors,
} from "../../../../rules/admission/excluded-namespaces";
import { SHIPPED_POLICY } from "../../../../cli/manifests/shipped";

test("the refusal is worded as in the policy", () => {
  const [validation] = SHIPPED_POLICY.spec?.validations ?? [];
  const literals = [...(validation?.messageExpression ?? "").matchAll(/'((?:[^'])*)'/g)]
    .map(([, text = ""]) => text)
    .filter(text => text !== "");
  const securityContext = { windowsOptions: { gmsaCredentialSpecName: "x" } };
  const { problem, remedy } = namespaceExcluded("kube-system", {
    spec: { securityContext, containers: [{ name: "c", securityContext }] },
  });
  // 'GMSA ... "', '" (', 'pod', 'container "', '"', ', ', '): ... namespace.'
  const [begin, open, pod, container, quote, comma, end] = literals;
  expect(literals).toHaveLength(7);
  expect(`${problem}. ${remedy}`).toBe(
    `${begin}kube-system${open}${pod}${comma}${container}c${quote}${end}`,
  );
});

test.each([
  [
    "denies in the namespaces that it selects",
    { validationActions: ["Deny"], ...selecting("a") },
    "a",
  ],
  ["warns alone", { validationActions: ["Warn"], ...selecting("a") }, ""],
  ["says not what it does", selecting("a"), ""],
  ["denies and selects nothing", { validationActions: ["Audit", "Deny"] }, "a,b"],
  ["has no spec", undefined, ""],
])("a binding of the policy that %s", (_what, spec, refused) => {
  const selectors = refusingSelectors([{ spec }]);
  expect(["a", "b"].filter(name => isRefused(selectors, { name })).join()).toBe(refused);
});

function selecting(name: string): { matchResources: object } {
  return { matchResources: { namespaceSelector: { matchLabels: { name } } } };
}

test.each([
  ["gmsaCredentialSpec", { gmsaCredentialSpec: "{}" }],
  ["gmsaCredentialSpecName", { gmsaCredentialSpecName: "webapp1" }],
  ["gmsaCredentialSpecName", { gmsaCredentialSpecName: "webapp1", gmsaCredentialSpec: "{}" }],
])("a place is refused by the field that it has, %s", (field, windowsOptions) => {
  const { level, reason, places } = namespaceExcluded("kube-system", {
    spec: { securityContext: { windowsOptions } },
  });
  expect([level, reason]).toEqual(["error", "namespace excluded"]);
  const path = ["spec", "securityContext", "windowsOptions", field];
  expect(places).toEqual([{ path, text: "pod" }]);
});
