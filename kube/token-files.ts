/** Token files of a kubeconfig. */
import { loadYaml } from "@kubernetes/client-node";

/** Returns the users' token files, by user name. @kubernetes/client-node ignores them. */
export function tokenFilesIn(kubeconfig: string): Map<string, string> {
  // Few kubeconfigs have one, so the others are parsed only once.
  if (!kubeconfig.includes("tokenFile")) return new Map();
  const { users } = loadYaml<{ users?: unknown } | undefined>(kubeconfig) ?? {};
  const entries = Array.isArray(users) ? (users as (Entry | null)[]) : [];
  return new Map(
    entries.flatMap((entry): [string, string][] => {
      const { name, user } = entry ?? {};
      const file = user?.tokenFile;
      return typeof name === "string" && typeof file === "string" ? [[name, file]] : [];
    }),
  );
}

interface Entry {
  name?: unknown;
  user?: { tokenFile?: unknown } | null;
}
