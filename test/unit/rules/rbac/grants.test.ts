/**
 * Each file contains RBAC objects and the accounts that may use webapp1 through them:
 * test/fixtures/rbac for objects that a cluster can contain, test/fixtures/rbac-manifests for
 * objects that an API server rejects.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import type { ObjectLike } from "../../../../rules/object";
import { describeObject } from "../../../../rules/rbac/binding";
import { includes, RbacGrants } from "../../../../rules/rbac/grants";
import { rbacObjectsAmong } from "../../../../rules/rbac/rbac-objects";

interface Case {
  description: string;
  objects: ObjectLike[];
  /** Every grant of webapp1, as `kind subject [everywhere|namespace]: binding -> role`. */
  grants: string[];
  /** Service accounts, as namespace/name, and whether they may use webapp1. */
  accounts: Record<string, boolean>;
}

const FIXTURES = join(__dirname, "../../../fixtures");

const files = ["rbac", "rbac-manifests"].flatMap(folder =>
  readdirSync(join(FIXTURES, folder)).map(file => join(folder, file)),
);

const cases = files.map((file): [string, Case] => {
  const read = parse(readFileSync(join(FIXTURES, file), "utf8"), { merge: true }) as Case;
  return [`${file}: ${read.description}`, read];
});

describe("who may use webapp1", () => {
  test.each(cases)("%s", (_, { objects, grants, accounts }) => {
    const all = new RbacGrants(rbacObjectsAmong(objects, "default"));
    const found = all
      .of("webapp1")
      .map(
        ({ subject, namespace, binding, role, everyCredspec }) =>
          `${subject.kind} ${subject.namespace === undefined ? "" : `${subject.namespace}/`}${subject.name}` +
          ` in ${namespace ?? "every namespace"}: ${describeObject(binding)} -> ${describeObject(role)}` +
          (everyCredspec ? " (every credential spec)" : ""),
      );
    expect(found).toEqual(grants);
    const may = Object.keys(accounts).map(account => {
      const [namespace = "", name = ""] = account.split("/");
      return [account, all.for({ namespace, name }, "webapp1").length > 0];
    });
    expect(Object.fromEntries(may)).toEqual(accounts);
  });
});

const WEB = { namespace: "shop", name: "web" };

test.each([
  ["ServiceAccount", "web", "shop", true],
  ["ServiceAccount", "web", "store", false],
  ["ServiceAccount", "web", undefined, false],
  ["ServiceAccount", "jobs", "shop", false],
  ["User", "*", undefined, false],
  ["User", "system:serviceaccount:shop:web", undefined, true],
  ["User", "system:serviceaccount:store:web", undefined, false],
  ["User", "web", undefined, false],
  ["Group", "system:serviceaccounts", undefined, true],
  ["Group", "system:serviceaccounts:shop", undefined, true],
  ["Group", "system:serviceaccounts:store", undefined, false],
  ["Group", "system:authenticated", undefined, true],
  ["Group", "*", undefined, false],
  ["", "", undefined, false],
  ["Pod", "web", "shop", false],
])("%s %s of namespace %s is or contains the account: %s", (kind, name, namespace, is) => {
  expect(includes({ kind, name, namespace }, WEB)).toBe(is);
});

describe("why an account is refused, in the words of the API server", () => {
  const subjects = [
    { kind: "User", name: "alice" },
    { kind: "ServiceAccount", ...WEB },
  ];
  const bound = (namespace: string, kind: string, name: string, who = subjects): object => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: namespace === "" ? "ClusterRoleBinding" : "RoleBinding",
    metadata: { name: `${name}-${namespace}`, ...(namespace === "" ? {} : { namespace }) },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name },
    subjects: who,
  });
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "there" },
    rules: [],
  };
  const lost = (kind: string, name: string): string =>
    `${kind}.rbac.authorization.k8s.io "${name}" not found`;

  test.each<[string, object[], string]>([
    ["no binding", [], ""],
    ["a role that is there", [role, bound("shop", "ClusterRole", "there")], ""],
    ["a lost role", [bound("shop", "Role", "lost")], `RBAC: ${lost("role", "lost")}`],
    ["a lost role of another namespace", [bound("store", "Role", "lost")], ""],
    ["a lost role of others", [bound("shop", "Role", "lost", subjects.slice(0, 1))], ""],
    ["a lost role of nobody", [bound("shop", "Role", "lost", [])], ""],
    [
      "a lost role twice",
      [bound("shop", "ClusterRole", "lost"), bound("", "ClusterRole", "lost")],
      `RBAC: ${lost("clusterrole", "lost")}`,
    ],
    [
      "two, of which the cluster-wide one comes first",
      [bound("shop", "Role", "a"), bound("", "ClusterRole", "b")],
      `RBAC: [${lost("clusterrole", "b")}, ${lost("role", "a")}]`,
    ],
  ])("%s", (_, objects, why) => {
    const grants = new RbacGrants(rbacObjectsAmong(objects as ObjectLike[], "default"));
    expect(grants.denialReasonFor(WEB)).toBe(why);
  });
});

test("roles and bindings without a namespace are in the one given", () => {
  const object = (kind: string, metadata?: object): object => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind,
    metadata,
  });
  const objects = [
    object("Role"),
    object("Role", { name: "a", namespace: "store" }),
    object("RoleBinding", { name: "b" }),
    object("ClusterRole", { name: "c" }),
  ];
  expect(rbacObjectsAmong(objects as ObjectLike[], "shop")).toEqual({
    roles: [object("Role", { namespace: "shop" }), objects[1]],
    clusterRoles: [objects[3]],
    roleBindings: [object("RoleBinding", { name: "b", namespace: "shop" })],
    clusterRoleBindings: [],
  });
});
