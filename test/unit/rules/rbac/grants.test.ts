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
import { RbacGrants } from "../../../../rules/rbac/grants";
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
