/**
 * `npm run prepare`: bundles the command line tool into dist/cli, with all that it needs. npm runs this
 * after `npm ci` in a clone, and before it packs or publishes.
 *
 * One file, in which each part is set up when it is imported, and one for each large package that most
 * commands do not need: the client of the API server alone is eight times as large as the rest. Files of
 * ECMAScript modules, one for each part, took more time to find and link than was saved by not reading all.
 */
import { build, type BuildOptions, type Plugin } from "esbuild";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";

const ROOT = resolve(__dirname, "../..");
const OUTPUT = join(ROOT, "dist/cli");
/** Packages with a file of their own, by its name. */
const APART: Readonly<Record<string, string>> = {
  "client-node": "@kubernetes/client-node",
  "fast-xml-builder": "fast-xml-builder",
  minimatch: "minimatch",
  "node-forge": "node-forge",
  prompts: "prompts",
  yaml: "yaml",
};

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

/** The objects of an installation, which few commands look at: JSON is read faster than a program. */
const DATA = "shipped.json";

/** Has packages and data required from the files beside. */
const partsApart: Plugin = {
  name: "parts-apart",
  setup: bundling => {
    bundling.onResolve({ filter: /\/shipped\.json$/ }, () => ({
      path: `./${DATA}`,
      external: true,
    }));
    for (const [file, name] of Object.entries(APART)) {
      bundling.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({
        path: `./${file}.cjs`,
        external: true,
      }));
    }
  },
};

/** Bundles `gmsa` and returns the path of what to run. */
export async function bundleCli(): Promise<string> {
  rmSync(OUTPUT, { recursive: true, force: true });
  const program = join(OUTPUT, "gmsa.cjs");
  const options: BuildOptions = {
    outdir: OUTPUT,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "warning",
  };
  await Promise.all([
    build({ ...options, entryPoints: { ...APART } }),
    build({
      ...options,
      entryPoints: { gmsa: join(ROOT, "cli/main.ts") },
      plugins: [yamlDocuments, partsApart],
      loader: Object.fromEntries(SCRIPTS.map(extension => [extension, "text" as const])),
      // Its other form requires its parts in a way that cannot be bundled.
      alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    }),
  ]);
  const data = readFileSync(join(ROOT, "cli/manifests/installation", DATA), "utf8");
  writeFileSync(join(OUTPUT, DATA), JSON.stringify(JSON.parse(data)));
  copyPages();
  chmodSync(program, 0o755);
  return program;
}

/** What `gmsa explain` prints; read when it runs, so that no other command has to load it. */
function copyPages(): void {
  mkdirSync(join(OUTPUT, "docs"));
  for (const file of readdirSync(join(ROOT, "docs")).filter(name => name.endsWith(".md"))) {
    copyFileSync(join(ROOT, "docs", file), join(OUTPUT, "docs", file));
  }
}

if (require.main === module) {
  bundleCli().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
