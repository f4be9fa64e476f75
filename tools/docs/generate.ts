/**
 * `npm run docs`: writes the generated files of docs/. With `--check` it writes nothing, and exits
 * with 1 if a file is not up to date.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { generatedFiles } from "./generated";

const ROOT = resolve(__dirname, "../..");

async function main(isCheck: boolean): Promise<void> {
  const files = await generatedFiles();
  const stale = files.filter(({ path, content }) => contentAt(path) !== content);
  for (const { path, content } of stale) {
    if (!isCheck) writeFileSync(join(ROOT, path), content);
    console.log(path);
  }
  if (isCheck && stale.length > 0) {
    throw new Error("not up to date: run `npm run docs`");
  }
}

function contentAt(path: string): string | undefined {
  const file = join(ROOT, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

main(process.argv.includes("--check")).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
