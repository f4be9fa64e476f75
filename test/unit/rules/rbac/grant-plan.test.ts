import type { V1ClusterRole, V1RoleBinding } from "@kubernetes/client-node";

import {
  isOurs,
  planBinding,
  planRole,
  planUnbinding,
  planUnusedRole,
} from "../../../../rules/rbac/grant-plan";
import { MADE_BY_GMSA, useBinding } from "../../../../rules/rbac/use-grant";

const ACCOUNT = { namespace: "shop", name: "web" };
const WANTED = { credspec: "webapp1", account: ACCOUNT, roleName: "use-gmsa-webapp1" };
const LABELS = { ...MADE_BY_GMSA };
const SECRETS = { apiGroups: [""], resources: ["secrets"], verbs: ["get"] };
const USE = {
  apiGroups: ["windows.k8s.io"],
  resources: ["gmsacredentialspecs"],
  resourceNames: ["webapp1"],
  verbs: ["use"],
};

function role(rules: V1ClusterRole["rules"] | null, labels?: object): V1ClusterRole {
  const metadata = { name: "use-gmsa-webapp1", uid: "1", labels: labels as never };
  return { metadata, rules: rules as V1ClusterRole["rules"] };
}

function binding(change: Partial<V1RoleBinding> = {}, labels?: object): V1RoleBinding {
  const made = useBinding("webapp1", ACCOUNT);
  const metadata = Object.assign({}, made.metadata, { uid: "1", labels });
  return Object.assign({}, made, { metadata }, change);
}

const APPLIED = { do: "keep", reason: "applied", with: "kubectl apply" };

/** A binding as kubectl apply leaves it. */
function applied(labels?: object, change: Partial<V1RoleBinding> = {}): V1RoleBinding {
  const made = binding(change, labels);
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}" };
  return Object.assign({}, made, { metadata: Object.assign({}, made.metadata, { annotations }) });
}

const WEB = { kind: "ServiceAccount", name: "web", namespace: "shop" };
const REFUSED = { do: "refuse", reason: "does not allow it" };
const KEPT = { do: "keep", isWider: false };
const SHOP = { kind: "Group", name: "system:serviceaccounts:shop" };
const BATCH = { kind: "ServiceAccount", name: "batch", namespace: "shop" };

describe("granting, where there is", () => {
  test("nothing: creates both, with the label of gmsa", () => {
    const made = [planRole(WANTED, undefined), planBinding(WANTED, undefined)];
    expect(made).toMatchObject([{ do: "create" }, { do: "create" }]);
    for (const { object } of made) expect(isOurs(object)).toBe(true);
  });

  test.each<[string, V1ClusterRole, object]>([
    ["its own role", role([USE], LABELS), { do: "keep", isWider: false }],
    ["the same role of others", role([USE]), { do: "keep", isWider: false }],
    [
      "its rule in another order",
      role([{ ...USE, nonResourceURLs: [], verbs: ["use"] }]),
      { do: "keep", isWider: false },
    ],
    ["its rule with a list that is null", role([{ ...USE, nonResourceURLs: null as never }]), KEPT],
    ["a wider role of others", role([SECRETS, USE]), { do: "keep", isWider: true }],
    [
      "a role for every credential spec",
      role([{ ...USE, resourceNames: [] }]),
      { do: "keep", isWider: true },
    ],
    ["its own role with more rules", role([USE, SECRETS], LABELS), { do: "keep", isWider: true }],
    ["another role of this name", role([SECRETS]), REFUSED],
    ["its own role with other rules", role([SECRETS], LABELS), REFUSED],
    ["a role of another credential spec", role([{ ...USE, resourceNames: ["other"] }]), REFUSED],
    ["a role without rules", role([]), REFUSED],
    ["a role whose rules are null", role(null), REFUSED],
  ])("%s", (_, before, due) => {
    const step = planRole(WANTED, before);
    expect(step).toMatchObject(due);
    expect(step.object).toBe(before);
  });

  test.each<[string, V1RoleBinding, object]>([
    ["its own binding", binding({}, LABELS), KEPT],
    ["the same binding of others", binding(), KEPT],
    ["one of more accounts", binding({ subjects: [BATCH, WEB] }), KEPT],
    [
      "one of all accounts of the namespace",
      binding({ subjects: [{ kind: "Group", name: "system:serviceaccounts:shop" }] }),
      KEPT,
    ],
    ["one of another account", binding({ subjects: [BATCH] }), REFUSED],
    ["one of nobody", binding({ subjects: undefined }), REFUSED],
    [
      "one to another role",
      binding({ roleRef: { apiGroup: "", kind: "ClusterRole", name: "edit" } }, LABELS),
      REFUSED,
    ],
    [
      "one to a Role of this name",
      binding({ roleRef: { apiGroup: "", kind: "Role", name: "use-gmsa-webapp1" } }),
      REFUSED,
    ],
    [
      "its own, to a Role of this name",
      binding({ roleRef: { apiGroup: "", kind: "Role", name: "use-gmsa-webapp1" } }, LABELS),
      REFUSED,
    ],
    [
      "its own, of another account",
      binding({ subjects: [BATCH] }, LABELS),
      { do: "replace", object: { subjects: [BATCH, WEB] } },
    ],
    [
      "its own, of another account, then applied from a manifest",
      applied(LABELS, { subjects: [BATCH] }),
      { do: "refuse" },
    ],
    [
      "its own, of nobody",
      binding({ subjects: undefined }, LABELS),
      { do: "replace", object: { subjects: [WEB] } },
    ],
  ])("%s", (_, before, due) => {
    expect(planBinding(WANTED, before)).toMatchObject(due);
  });
});

test("an object without metadata is not known to be gmsa's", () => {
  expect(isOurs({})).toBe(false);
});

describe("revoking", () => {
  test.each<[string, V1RoleBinding, object]>([
    ["its own binding", binding({}, LABELS), { do: "delete" }],
    ["its own, of nobody", binding({ subjects: undefined }, LABELS), { do: "delete" }],
    [
      "its own, to which others were added",
      binding({ subjects: [WEB, BATCH] }, LABELS),
      { do: "replace", object: { subjects: [BATCH] } },
    ],
    [
      "its own, to which the group of the account was added",
      binding({ subjects: [WEB, SHOP] }, LABELS),
      { do: "replace", object: { subjects: [SHOP] } },
    ],
    ["the same of others", binding(), { do: "keep", reason: "made by others" }],
    ["its own, then applied from a manifest", applied(LABELS), APPLIED],
    ["one applied from a manifest", applied(), APPLIED],
    [
      "one with another tool's label",
      binding({}, { "gmsa.pepr.dev/made-by": "helm" }),
      { do: "keep", reason: "made by others" },
    ],
  ])("%s", (_, before, due) => {
    expect(planUnbinding(WANTED, before)).toMatchObject(due);
  });

  test("a binding that gmsa applied before it wrote labels is not known to be its own", () => {
    const ofBefore = binding();
    const managedFields = [{ manager: "gmsa", operation: "Apply" }];
    const metadata = Object.assign({}, ofBefore.metadata, { managedFields });
    const step = planUnbinding(WANTED, binding({ metadata }));
    expect(step).toMatchObject({ do: "keep" });
  });

  test.each<[string, V1ClusterRole, object]>([
    ["its own role", role([USE], LABELS), { do: "delete" }],
    ["the same of others", role([USE]), { do: "keep", reason: "made by others" }],
    [
      "its own, with a rule of others",
      role([USE, SECRETS], LABELS),
      { do: "keep", reason: "rules of others" },
    ],
    [
      "one of others that is aggregated, with the label and these rules now",
      Object.assign(role([USE], LABELS), { aggregationRule: { clusterRoleSelectors: [{}] } }),
      { do: "keep", reason: "rules of others" },
    ],
    ["its own, emptied", role([], LABELS), { do: "keep", reason: "rules of others" }],
  ])("%s", (_, before, due) => {
    expect(planUnusedRole(WANTED, before)).toMatchObject(due);
  });
});
