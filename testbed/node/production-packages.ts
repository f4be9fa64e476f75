import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** The fields of a package in package-lock.json that are read here. */
const lockedPackage = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lock = z.object({ packages: z.record(z.string(), lockedPackage) });

type Lock = z.infer<typeof lock>["packages"];

/** A package in node_modules. */
export interface InstalledPackage {
  /** Relative to the repository, such as "node_modules/pepr". */
  path: string;
  version: string;
  /** Integrity hash of its archive. */
  integrity: string;
}

/** The path at which Node.js resolves `name` from `from`: the nearest node_modules above. */
function locate(packages: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf("/node_modules/"))) {
    const path = `${folder}/node_modules/${name}`;
    if (path in packages) return path;
    if (!folder.includes("/node_modules/")) break;
  }
  const path = `node_modules/${name}`;
  return path in packages ? path : undefined;
}

/**
 * These packages and the packages that they need at run time: what `npm ci --omit=dev --omit=peer`
 * would install for them, as it is in node_modules.
 * @throws if one is not installed
 */
export function productionPackages(
  repository: string,
  names: readonly string[],
): InstalledPackage[] {
  const { packages } = lock.parse(
    JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")),
  );
  const found = new Set<string>();
  const open = names.map(name => `node_modules/${name}`);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path) || !isInstalled(repository, packages, path)) continue;
    found.add(path);
    const { dependencies, optionalDependencies } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const located = locate(packages, path, name);
      if (located !== undefined) open.push(located);
    }
  }
  return [...found].sort().map(path => {
    const { version = "", integrity = "" } = packages[path] ?? {};
    return { path, version, integrity };
  });
}

/** False for packages for other platforms. */
function isInstalled(repository: string, packages: Lock, path: string): boolean {
  if (existsSync(join(repository, path, "package.json"))) return true;
  const isOptional = Object.values(packages).some(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies).some(name => path.endsWith(`node_modules/${name}`)),
  );
  if (!isOptional) throw new Error(`${path} is not installed: run \`npm ci\``);
  return false;
}

/** The files of a package, without the packages nested in it; relative to the repository. */
export function filesOf(repository: string, { path }: InstalledPackage): string[] {
  const files: string[] = [];
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(join(repository, folder), { withFileTypes: true })) {
      if (entry.name === "node_modules" && folder === path) continue;
      const child = `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(child);
      else files.push(child);
    }
  }
  return files.sort();
}
