/**
 * `npm run prepare`: bundles the command line tool into dist/cli, with all that it needs.
 *
 * One file would be loaded whole each time; here each command loads its part. npm runs this after
 * `npm ci` in a clone, and before it packs or publishes.
 */
import { build } from "esbuild";
import type { Plugin } from "esbuild";
import { chmodSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";

const ROOT = resolve(__dirname, "..");
const OUTPUT = join(ROOT, "dist/cli");
/** CommonJS packages in the bundle call require for Node.js's own modules. */
const REQUIRE =
  'import { createRequire as gmsaCreateRequire } from "node:module";' +
  "const require = gmsaCreateRequire(import.meta.url);";

/** Scripts that complete the command line in a shell are built in as they are. */
const SCRIPTS = [".bash", ".zsh", ".fish", ".ps1"];

/** Builds in YAML files that are imported, as arrays of their documents. */
const yamlDocuments: Plugin = {
  name: "yaml-documents",
  setup: bundling => {
    bundling.onLoad({ filter: /\.yaml$/ }, ({ path }) => {
      const documents = parseAllDocuments(readFileSync(path, "utf8"));
      return {
        loader: "json",
        contents: JSON.stringify(documents.map(document => document.toJS() as unknown)),
      };
    });
  },
};

/** Bundles `gmsa` and returns the path of what to run. */
export async function bundleCli(): Promise<string> {
  rmSync(OUTPUT, { recursive: true, force: true });
  await build({
    entryPoints: { gmsa: join(ROOT, "cli/gmsa.ts") },
    outdir: OUTPUT,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    plugins: [yamlDocuments],
    loader: Object.fromEntries(SCRIPTS.map(extension => [extension, "text" as const])),
    // Its other form requires its parts in a way that cannot be bundled.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    banner: { js: REQUIRE },
    logLevel: "warning",
  });
  const program = join(OUTPUT, "gmsa.mjs");
  chmodSync(program, 0o755);
  return program;
}

if (require.main === module) {
  bundleCli().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
