/**
 * `npm run prepare`: bundles the command line tool into dist/cli, with all packages that it needs.
 * npm runs this after `npm ci` in a clone, and before it packs or publishes.
 *
 * The main file initialises each part only when it is imported. Each large package that most
 * commands do not need has a file of its own: the client of the API server alone is twice as
 * large as the rest. The code that only commands with a cluster need, a third of the program, is in a
 * separate file too, because Node.js always reads a whole file. One ECMAScript module per part was slower:
 * finding and linking the files took longer than the smaller amount of code saved.
 */
import { build, type BuildOptions, type BuildResult, type Plugin } from "esbuild";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { parseAllDocuments } from "yaml";

import { buildClientPart, CLIENT, CLIENT_ALIAS, clientOnlyDefines } from "./client-part";
import { documentationPages } from "./documentation-pages";

const ROOT = resolve(__dirname, "../..");
const OUTPUT = join(ROOT, "dist/cli");
const ENTRY = join(ROOT, "cli/main.ts");
/** Packages with a file of their own, whole, by the name of that file. */
const APART: Readonly<Record<string, string>> = {
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

/** The commands that always need a cluster. */
const NEEDING_CLUSTER =
  /^cli\/commands\/(?:certs|conformance|doctor|grants|graph|status|version)\//;
/** Modules that other commands import if they are asked about a cluster. */
const OF_CLUSTER = new Set([
  "cli/api/calls",
  "cli/commands/completion/cluster-names",
  "cli/commands/dry-run/server-dry-run",
  "cli/commands/lint/live-cluster",
  "cli/inspect/node-facts",
  "kube/client",
]);
/** Modules with error classes, which both files must share, by the names of their files. */
const SHARED: Readonly<Record<string, string>> = {
  failure: "cli/terminal/failure",
  "kubeconfig-file": "kube/kubeconfig-file",
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

/** The objects of an installation, which few commands need. JSON is parsed faster than a program. */
const DATA = "shipped.json";

/** Loads these packages and data from files next to the program. */
const partsApart: Plugin = {
  name: "parts-apart",
  setup: bundling => {
    bundling.onResolve({ filter: /\/shipped\.json$/ }, () => ({
      path: `./${DATA}`,
      external: true,
    }));
    for (const [file, name] of Object.entries({ ...APART, "client-node": CLIENT })) {
      // A file of node-forge is in the whole package.
      bundling.onResolve({ filter: new RegExp(`^${name}(/lib/.*)?$`) }, () => ({
        path: `./${file}.cjs`,
        external: true,
      }));
    }
  },
};

/** The module that an import leads to, relative to the root and without its extension. */
function moduleOf(path: string, importer: string): string {
  return relative(ROOT, join(dirname(importer), path)).replaceAll("\\", "/");
}

/** Loads these modules from files next to the program. */
const sharedApart: Plugin = {
  name: "shared-apart",
  setup: bundling => {
    bundling.onResolve({ filter: /\/(?:failure|kubeconfig-file)$/ }, ({ path, importer }) => {
      const [file] = Object.entries(SHARED).find(([, of]) => of === moduleOf(path, importer)) ?? [];
      return file === undefined ? undefined : { path: `./${file}.cjs`, external: true };
    });
  },
};

/**
 * Loads modules for a cluster from cluster.cjs if they are imported with `import()`.
 *
 * @param modules is filled with the modules that are loaded from there.
 */
function clusterApart(modules: Set<string>): Plugin {
  const namespace = "of-cluster";
  return {
    name: "cluster-apart",
    setup: bundling => {
      bundling.onResolve({ filter: /^\.\.?\// }, ({ path, importer, kind, namespace: from }) => {
        if (from === namespace) return { path, external: true };
        if (kind !== "dynamic-import") return undefined;
        const found = moduleOf(path, importer);
        const isOfCluster = NEEDING_CLUSTER.test(relative(ROOT, importer)) || OF_CLUSTER.has(found);
        return isOfCluster ? { path: found, namespace } : undefined;
      });
      bundling.onLoad({ filter: /.*/, namespace }, ({ path }) => {
        modules.add(path);
        return { contents: `module.exports = require("./cluster.cjs")["${path}"]();` };
      });
    },
  };
}

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

/**
 * Loads picocolors when the first text is coloured. It looks at stdout when it is loaded, and Node.js then
 * creates that stream, which a command without results does not need.
 */
const coloursWhenNeeded: Plugin = {
  name: "colours-when-needed",
  setup: bundling => {
    const namespace = "colours";
    bundling.onResolve({ filter: /^picocolors$/ }, ({ path, namespace: from }) =>
      from === namespace ? undefined : { path, namespace },
    );
    bundling.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      resolveDir: ROOT,
      contents: `const colours = () => require("${path}");
        module.exports = {
          get isColorSupported() { return colours().isColorSupported; },
          createColors: isWanted => colours().createColors(isWanted),
        };`,
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
  loader: Object.fromEntries(SCRIPTS.map(extension => [extension, "text" as const])),
  // Its other form requires its parts in a way that cannot be bundled.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
};

const BESIDE: BuildOptions = { outdir: OUTPUT, outExtension: { ".js": ".cjs" } };
const PARTS: BuildOptions = { ...OPTIONS, ...BESIDE, entryPoints: { ...APART } };
const PLUGINS = [yamlDocuments, partsApart, sharedApart, coloursWhenNeeded];

/**
 * The program, then the modules that it loads from files of their own, which are known after that.
 *
 * @param options must ask for a metafile.
 */
async function buildProgram(options: BuildOptions): Promise<BuildResult[]> {
  const modules = new Set<string>();
  const main = await build({
    ...PROGRAM,
    ...BESIDE,
    ...options,
    entryPoints: { gmsa: ENTRY },
    plugins: [...PLUGINS, clusterApart(modules), childProcessWhenNeeded],
  });
  const lines = [...modules].sort().map(path => `"${path}": () => require("./${path}"),`);
  const cluster = await build({
    ...PROGRAM,
    ...options,
    stdin: { contents: `module.exports = {${lines.join("")}};`, resolveDir: ROOT },
    outfile: join(OUTPUT, "cluster.cjs"),
    plugins: [...PLUGINS, childProcessWhenNeeded],
  });
  const shared = await build({
    ...OPTIONS,
    ...BESIDE,
    ...options,
    entryPoints: Object.fromEntries(
      Object.entries(SHARED).map(([file, path]) => [file, join(ROOT, `${path}.ts`)]),
    ),
    plugins: [yamlDocuments, partsApart],
  });
  const program = [main, cluster, shared];
  const outfile = join(OUTPUT, "client-node.cjs");
  return [...program, await buildClientPart(program, { ...OPTIONS, ...options, outfile })];
}

/** Bundles `gmsa` and returns the path of the program. */
export async function bundleCli(): Promise<string> {
  rmSync(OUTPUT, { recursive: true, force: true });
  const program = join(OUTPUT, "gmsa.cjs");
  await Promise.all([build(PARTS), buildProgram({ metafile: true })]);
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
    entryPoints: [ENTRY],
    outfile,
    alias: { ...PROGRAM.alias, ...CLIENT_ALIAS },
    plugins: [yamlDocuments, pagesInside, clientOnlyDefines, childProcessWhenNeeded],
  });
  // Node.js compiles the embedded file as a function body, where a #! line is a syntax error.
  writeFileSync(outfile, readFileSync(outfile, "utf8").replace(/^#!.*\n/, ""));
}

/** Paths of all bundled files, relative to the root of the repository. */
export async function bundledFiles(): Promise<string[]> {
  const inMemory = { write: false, metafile: true } as const;
  const [parts, program] = await Promise.all([
    build({ ...PARTS, ...inMemory }),
    buildProgram(inMemory),
  ]);
  return [parts, ...program].flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}));
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
