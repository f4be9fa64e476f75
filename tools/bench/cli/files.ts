/** What the commands are given: files as PowerShell, Git and Helm make them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";

const EXAMPLES = resolve(__dirname, "../../../examples");
/** In the files of examples/, the name that is made another in each copy. */
const NAME = /webapp1/g;

/** Paths of what was made. */
export interface Files {
  json: string;
  jsons: string;
  credspecs: string;
  manifests: string;
  /** A third of the files are credspecs, a third grants, and a third Deployments. */
  application: string;
  everything: string;
}

/** Makes one file, folders with `count` of them, and one file with all. */
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
