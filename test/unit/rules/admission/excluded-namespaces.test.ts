import { namespaceExcluded } from "../../../../rules/admission/excluded-namespaces";
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
