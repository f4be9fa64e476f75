import { checkCredspec } from "../../rules/credspec/checks/check-credspec";
import { clusterFixture } from "../fixtures/admission-case";
import type { Objects } from "../../testbed/objects/cluster-objects";
import { storeUnchecked } from "./unchecked-credspecs";

const ROLE = "gmsa-fixture";

/** Puts the cluster of the fixtures into a real one: credspecs, service accounts and grants. */
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

/** Takes it out again. */
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

/** What nobody could write today, and clusters hold all the same. */
function isBroken(credspec: unknown): boolean {
  return checkCredspec(credspec).some(({ level }) => level === "error");
}
