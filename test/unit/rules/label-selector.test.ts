import { selects } from "../../../rules/label-selector";

describe("a label selector", () => {
  const labels = { env: "prod", team: "shop" };

  test.each([
    [{}, true],
    [{ matchLabels: { env: "prod" } }, true],
    [{ matchLabels: { env: "prod", team: "other" } }, false],
    [{ matchLabels: { none: "" } }, false],
    [{ matchExpressions: [{ key: "env", operator: "In", values: ["test", "prod"] }] }, true],
    [{ matchExpressions: [{ key: "env", operator: "In", values: ["test"] }] }, false],
    [{ matchExpressions: [{ key: "none", operator: "In", values: ["prod"] }] }, false],
    [{ matchExpressions: [{ key: "env", operator: "NotIn", values: ["prod"] }] }, false],
    [{ matchExpressions: [{ key: "none", operator: "NotIn", values: ["prod"] }] }, true],
    [{ matchExpressions: [{ key: "env", operator: "Exists" }] }, true],
    [{ matchExpressions: [{ key: "none", operator: "Exists" }] }, false],
    [{ matchExpressions: [{ key: "env", operator: "DoesNotExist" }] }, false],
    [{ matchExpressions: [{ key: "none", operator: "DoesNotExist" }] }, true],
    // The API server refuses these two, but manifests may contain them.
    [{ matchExpressions: [{ key: "env", operator: "In" }] }, false],
    [{ matchExpressions: [{ key: "env", operator: "Like", values: ["prod"] }] }, false],
    [
      {
        matchLabels: { env: "prod" },
        matchExpressions: [{ key: "team", operator: "NotIn", values: ["shop"] }],
      },
      false,
    ],
  ])("%j", (selector, selected) => {
    expect(selects(selector, labels)).toBe(selected);
  });
});
