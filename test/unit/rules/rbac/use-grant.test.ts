import type { ObjectLike } from "../../../../rules/object";
import { RbacGrants } from "../../../../rules/rbac/grants";
import { rbacObjectsAmong } from "../../../../rules/rbac/rbac-objects";
import { rbacObjectsFor } from "../../../../rules/rbac/use-grant";

const WEB = { namespace: "shop", name: "web" };
const JOBS = { namespace: "shop", name: "jobs" };

function grantsOf(credspec: string, ...accounts: (typeof WEB)[]): RbacGrants {
  const objects = rbacObjectsFor(credspec, accounts) as ObjectLike[];
  return new RbacGrants(rbacObjectsAmong(objects, "default"));
}

describe("the objects that let accounts use a credential spec", () => {
  test("let only these accounts use only this credential spec", () => {
    const grants = grantsOf("webapp1", WEB, JOBS);
    const may = (account: typeof WEB, credspec = "webapp1"): boolean =>
      grants.for(account, credspec).length > 0;
    expect([WEB, JOBS].map(account => may(account))).toEqual([true, true]);
    expect(may({ namespace: "shop", name: "other" })).toBe(false);
    expect(may({ namespace: "other", name: "web" })).toBe(false);
    expect(may(WEB, "webapp2")).toBe(false);
  });

  test("are one ClusterRole, and a RoleBinding for each account", () => {
    const objects = rbacObjectsFor("webapp1", [WEB, JOBS]);
    expect(objects.map(({ kind, metadata }) => [kind, metadata?.name])).toEqual([
      ["ClusterRole", "use-gmsa-webapp1"],
      ["RoleBinding", "use-gmsa-webapp1:web"],
      ["RoleBinding", "use-gmsa-webapp1:jobs"],
    ]);
  });

  test("do not have the label of gmsa: the user who applies them owns them", () => {
    for (const { metadata } of rbacObjectsFor("webapp1", [WEB])) {
      expect(metadata?.labels).toBeUndefined();
    }
  });

  test("are not created where there is no account", () => {
    expect(rbacObjectsFor("webapp1", [])).toEqual([]);
  });
});

test("objects without metadata, which the types of the API allow, grant nothing", () => {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "" };
  const subjects = [{ kind: "ServiceAccount", name: "web" }];
  const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
  const bindings = [{ roleRef, subjects }];
  const objects = { roles: [{ rules }], clusterRoles: [], roleBindings: bindings };
  const grants = new RbacGrants({ ...objects, clusterRoleBindings: bindings });
  expect(grants.for({ namespace: "shop", name: "web" }, "webapp1")).toEqual([]);
  expect(new RbacGrants({ ...objects, clusterRoleBindings: [] }).of("webapp1")).toEqual([]);
});
