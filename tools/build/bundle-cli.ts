/**
 * `npm run prepare`: bundles the command line tool into dist/cli, with all packages that it needs.
 * npm runs this after `npm ci` in a clone, and before it packs or publishes.
 *
 * The main file initialises each part only when it is imported. Each large package that most
 * commands do not need has a file of its own: the client of the API server alone is eight times as
 * large as the rest. One ECMAScript module per part was slower: finding and linking the files took
 * longer than the smaller amount of code saved.
 */
import { build, type BuildOptions, type Plugin } from "esbuild";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";

import { documentationPages } from "./documentation-pages";

const ROOT = resolve(__dirname, "../..");
const OUTPUT = join(ROOT, "dist/cli");
/** Packages with a file of their own, by the name of that file. */
const APART: Readonly<Record<string, string>> = {
  "client-node": "@kubernetes/client-node",
  diff: "diff",
  "fast-xml-builder": "fast-xml-builder",
  "http-proxy-agent": "http-proxy-agent",
  "https-proxy-agent": "https-proxy-agent",
  "json-p3": "json-p3",
  "lru-cache": "lru-cache",
  minimatch: "minimatch",
  "node-forge": "node-forge",
  ora: "ora",
  prompts: "prompts",
  "socks-proxy-agent": "socks-proxy-agent",
  viz: "@viz-js/viz",
  yaml: "yaml",
};

/** Shell completion scripts, which are embedded as text. */
const SCRIPTS = [".bash", ".zsh", ".fish", ".ps1"];

/** Embeds imported YAML files as arrays of their documents. */
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

/** The objects of an installation, which few commands need: JSON is parsed faster than a program. */
const DATA = "shipped.json";

/** Loads these packages and data from files next to the program. */
const partsApart: Plugin = {
  name: "parts-apart",
  setup: bundling => {
    bundling.onResolve({ filter: /\/shipped\.json$/ }, () => ({
      path: `./${DATA}`,
      external: true,
    }));
    for (const [file, name] of Object.entries(APART)) {
      // A file of node-forge is in the whole package.
      bundling.onResolve({ filter: new RegExp(`^${name}(/lib/.*)?$`) }, () => ({
        path: `./${file}.cjs`,
        external: true,
      }));
    }
  },
};

/**
 * Loads node:child_process only if commander uses it. commander needs it for subcommands that are separate
 * programs, which `gmsa` does not have, and loading it takes as long as reading a hundred manifests.
 */
const childProcessWhenNeeded: Plugin = {
  name: "child-process-when-needed",
  setup: bundling => {
    const namespace = "when-needed";
    bundling.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path, namespace } : undefined,
    );
    bundling.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `module.exports = { get spawn() { return require("${path}").spawn; } };`,
    }));
  },
};

/** Names of the pages that `gmsa explain` prints. */
function pageFiles(): string[] {
  return documentationPages().filter(isForUsers);
}

/**
 * Leaves out the index, which links to folders, and the pages for contributors, who have a
 * checkout.
 */
function isForUsers(page: string): boolean {
  return page !== "docs/README.md" && !page.startsWith("docs/contributing/");
}

/** Embeds the pages, for a program without a folder next to it to read them from. */
const pagesInside: Plugin = {
  name: "pages-inside",
  setup: bundling => {
    bundling.onLoad({ filter: /explain[\\/]bundled-pages\.ts$/ }, () => {
      const pages = pageFiles().map(page => [
        basename(page, ".md"),
        readFileSync(join(ROOT, page), "utf8"),
      ]);
      const contents = `const pages = new Map(${JSON.stringify(pages)});
        export const topics = () => [...pages.keys()];
        export const pageOf = topic => pages.get(topic);`;
      return { loader: "js", contents };
    });
  },
};

const OPTIONS: BuildOptions = {
  bundle: true,
  minify: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  // If import() were kept, a part's exports would all be under its default export.
  supported: { "dynamic-import": false },
  logLevel: "warning",
  absWorkingDir: ROOT,
};

/** The program without the packages and data in files next to it. */
const PROGRAM: BuildOptions = {
  ...OPTIONS,
  entryPoints: { gmsa: join(ROOT, "cli/main.ts") },
  loader: Object.fromEntries(SCRIPTS.map(extension => [extension, "text" as const])),
  // Its other form requires its parts in a way that cannot be bundled.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
};

const BESIDE: BuildOptions = { outdir: OUTPUT, outExtension: { ".js": ".cjs" } };
const PARTS: BuildOptions = { ...OPTIONS, ...BESIDE, entryPoints: { ...APART } };
const MAIN: BuildOptions = {
  ...PROGRAM,
  ...BESIDE,
  plugins: [yamlDocuments, partsApart, childProcessWhenNeeded],
};

/** Bundles `gmsa` and returns the path of the program. */
export async function bundleCli(): Promise<string> {
  rmSync(OUTPUT, { recursive: true, force: true });
  const program = join(OUTPUT, "gmsa.cjs");
  await Promise.all([build(PARTS), build(MAIN)]);
  const data = readFileSync(join(ROOT, "cli/manifests/installation", DATA), "utf8");
  writeFileSync(join(OUTPUT, DATA), JSON.stringify(JSON.parse(data)));
  copyPages();
  chmodSync(program, 0o755);
  return program;
}

/** Bundles everything into one file, for an executable that contains it. */
export async function bundleInOneFile(outfile: string): Promise<void> {
  await build({
    ...PROGRAM,
    outfile,
    plugins: [yamlDocuments, pagesInside, childProcessWhenNeeded],
  });
  // Node.js compiles the embedded file as a function body, where a #! line is a syntax error.
  writeFileSync(outfile, readFileSync(outfile, "utf8").replace(/^#!.*\n/, ""));
}

/** Paths of all bundled files, relative to the root of the repository. */
export async function bundledFiles(): Promise<string[]> {
  const built = await Promise.all(
    [PARTS, MAIN].map(options => build({ ...options, write: false, metafile: true })),
  );
  return built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

/**
 * Copies the pages of `gmsa explain`, which are read at run time so that no other command has to
 * load them.
 */
function copyPages(): void {
  mkdirSync(join(OUTPUT, "docs"));
  for (const page of pageFiles()) {
    copyFileSync(join(ROOT, page), join(OUTPUT, "docs", basename(page)));
  }
}

if (require.main === module) {
  bundleCli().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
