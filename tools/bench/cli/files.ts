/** Input for the commands: files as PowerShell, Git and Helm write them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";

const EXAMPLES = resolve(__dirname, "../../../examples");
/** The name in the files of examples/ that each copy replaces. */
const NAME = /webapp1/g;

/** Paths of the created files. */
export interface Files {
  json: string;
  jsons: string;
  credspecs: string;
  manifests: string;
  /**
   * Folder whose files are one third credential specs, one third grants and one third Deployments.
   */
  application: string;
  everything: string;
}

/** Writes a single file, folders with `count` files, and one file with all of them. */
export function makeFiles(folder: string, count: number): Files {
  const credspec = readFileSync(join(EXAMPLES, "credspec.yaml"), "utf8");
  const deployment = readFileSync(join(EXAMPLES, "deployment-pod-level.yaml"), "utf8");
  const rbac = readFileSync(join(EXAMPLES, "rbac.yaml"), "utf8");
  const json = JSON.stringify((parse(credspec) as { credspec: unknown }).credspec, null, 2);
  const files: Files = {
    json: join(folder, "webapp1.json"),
    jsons: join(folder, "json"),
    credspecs: join(folder, "credspecs"),
    manifests: join(folder, "manifests"),
    application: join(folder, "application"),
    everything: join(folder, "everything.yaml"),
  };
  for (const path of [files.jsons, files.credspecs, files.manifests, files.application]) {
    mkdirSync(path);
  }
  const all: string[] = [];
  for (let index = 0; index < count; index++) {
    const name = `web${index}`;
    const workload = deployment.replace(NAME, name).replace(/pod-level/g, name);
    const parts = [...[credspec, rbac].map(text => text.replace(NAME, name)), workload];
    all.push(...parts);
    parts.forEach((part, kind) => {
      if (index * parts.length + kind < count) {
        writeFileSync(join(files.application, `${name}-${kind}.yaml`), part);
      }
    });
    writeFileSync(join(files.jsons, `${name}.json`), json.replace(NAME, name));
    writeFileSync(join(files.credspecs, `${name}.yaml`), credspec.replace(NAME, name));
    writeFileSync(join(files.manifests, `${name}.yaml`), workload);
  }
  writeFileSync(files.json, json);
  writeFileSync(files.everything, all.join("---\n"));
  return files;
}
