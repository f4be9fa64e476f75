/** The rights of a service account, according to the API server. */
import type { Bed } from "../../testbed/bed/bed";

/**
 * The rules of a service account in a namespace that other accounts of its namespace do not have, as
 * `kubectl auth can-i --list` prints them: resources, other URLs, names, verbs.
 */
export async function ownRules(
  bed: Bed,
  account: { namespace: string; name: string },
  namespace: string,
): Promise<string[]> {
  const [own, others] = await Promise.all(
    [account.name, "without-any-grant"].map(name => rulesOf(bed, { ...account, name }, namespace)),
  );
  // Without the rules of every account, the list would be incomplete or empty for another reason.
  if (others === undefined || others.length === 0) throw new Error("every account has some rules");
  return (own ?? []).filter(rule => !others.includes(rule)).sort();
}

async function rulesOf(
  bed: Bed,
  account: { namespace: string; name: string },
  namespace: string,
): Promise<string[]> {
  const groups = ["authenticated", "serviceaccounts", `serviceaccounts:${account.namespace}`];
  const { stdout } = await bed.kubectl([
    ...["auth", "can-i", "--list", "--no-headers", "-n", namespace],
    `--as=system:serviceaccount:${account.namespace}:${account.name}`,
    ...groups.map(group => `--as-group=system:${group}`),
  ]);
  return stdout
    .split("\n")
    .map(line => line.replace(/\s+/g, " ").trim())
    .filter(line => line !== "");
}
