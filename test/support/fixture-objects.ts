import { checkCredspec } from "../../rules/credspec/checks/check-credspec";
import { clusterFixture } from "../fixtures/admission-case";
import type { Objects } from "../../testbed/objects/cluster-objects";
import { storeUnchecked } from "./unchecked-credspecs";

const ROLE = "gmsa-fixture";

/**
 * Creates the objects of the fixtures in a real cluster: credential specs, service accounts and
 * grants.
 */
export async function installFixtureCluster(objects: Objects, namespace: string): Promise<void> {
  const { credspecs, grants } = clusterFixture;
  const contents = Object.entries(credspecs).map(
    ([name, { credspec }]) => [name, credspec] as const,
  );
  await storeUnchecked(
    objects,
    Object.fromEntries(contents.filter(([, value]) => isBroken(value))),
  );
  await Promise.all([
    ...contents
      .filter(([, credspec]) => !isBroken(credspec))
      .map(([name, credspec]) => objects.createCredspec(name, credspec)),
    ...Object.entries(grants).map(async ([account, names]) => {
      await objects.createGrantedAccount(namespace, account, {
        role: `${ROLE}-${account}`,
        credspecs: names,
      });
    }),
  ]);
}

/** Deletes them. */
export async function removeFixtureCluster(objects: Objects, namespace: string): Promise<void> {
  const { credspecs, grants } = clusterFixture;
  await Promise.all([
    ...Object.keys(credspecs).map(name => objects.deleteCredspec(name)),
    ...Object.keys(grants).map(account =>
      objects.rbac.deleteClusterRole({ name: `${ROLE}-${account}` }),
    ),
    objects.core.deleteNamespace({ name: namespace }),
  ]);
}

/** Whether a credential spec can no longer be written, although existing clusters may contain it. */
function isBroken(credspec: unknown): boolean {
  return checkCredspec(credspec).some(({ level }) => level === "error");
}
