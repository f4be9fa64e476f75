/**
 * The part of the client of the API server that `gmsa` uses. The whole package has 5,000 methods in
 * 3.5 MB, of which `gmsa` calls 50. Node.js would compile all of them each time a command that needs a
 * cluster starts, which takes a third of the time of a short command.
 */
import { build, type BuildOptions, type BuildResult, type Plugin } from "esbuild";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  createSourceFile,
  isClassDeclaration,
  isIdentifier,
  isMethodDeclaration,
  ScriptTarget,
  type SourceFile,
} from "typescript";

const ROOT = resolve(__dirname, "../..");
/** The package of the client. */
export const CLIENT = "@kubernetes/client-node";

/**
 * Replaces packages of the client: node-fetch uses whatwg-url, which is 290 KB, only if Node.js does not
 * provide URLs itself.
 */
export const CLIENT_ALIAS: Readonly<Record<string, string>> = { "whatwg-url": "node:url" };

/**
 * Leaves out the modules of the client from which nothing is imported. Its package.json does not declare that
 * they have no side effects.
 */
export const clientOnlyDefines: Plugin = {
  name: "client-only-defines",
  setup: bundling => {
    const filter = new RegExp(`^(${CLIENT}$|\\.)`);
    bundling.onResolve({ filter }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      const isOfClient = path === CLIENT || slashed(importer).includes(`/${CLIENT}/`);
      // The call of resolve() below gets here again.
      if (!isOfClient || pluginData === CLIENT) return undefined;
      const question = { importer, resolveDir, kind, pluginData: CLIENT };
      return { ...(await bundling.resolve(path, question)), sideEffects: false };
    });
  },
};

/**
 * Builds the part of the client that a program uses.
 *
 * @param program the built parts of the program, with metafiles, and without the client.
 * @throws Error if a file of the program imports the client in another form than `import { names }`
 */
export function buildClientPart(
  program: readonly BuildResult[],
  options: BuildOptions,
): Promise<BuildResult> {
  const metafiles = program.flatMap(({ metafile }) => metafile ?? []);
  const inputs = metafiles.flatMap(({ inputs: files }) => Object.keys(files));
  // Modules that a plugin provides are not files.
  const sources = inputs.filter(file => existsSync(join(ROOT, file)));
  const names = new Set(sources.flatMap(file => clientImports(file, read(join(ROOT, file)))));
  const used = new Set([...sources.map(file => join(ROOT, file)), ...ownFiles()].flatMap(wordsOf));
  return build({
    ...options,
    alias: CLIENT_ALIAS,
    stdin: { contents: `export { ${[...names].join()} } from "${CLIENT}";`, resolveDir: ROOT },
    plugins: [clientOnlyDefines, onlyMethods(used)],
  });
}

/**
 * The names of values that a file imports from the client.
 *
 * @param text the file's contents.
 * @throws Error for an import in another form, whose names are not known
 */
export function clientImports(file: string, text: string): string[] {
  const before = text.split(`from "${CLIENT}"`).slice(0, -1);
  return before.flatMap(part => {
    const statement = part.slice(
      Math.max(part.lastIndexOf("import "), part.lastIndexOf("export ")),
    );
    if (/^\w+ type /.test(statement)) return [];
    const list = /^import \{([^}]*)\} $/.exec(statement)?.[1];
    if (list === undefined) throw new Error(`${file}: import {names} from ${CLIENT}`);
    const names = list.split(",").map(name => name.trim());
    return names.filter(name => name !== "" && !name.startsWith("type "));
  });
}

/** The files of the client that are not generated. They call methods of the generated ones. */
function ownFiles(): string[] {
  const dist = dirname(require.resolve(CLIENT));
  return readdirSync(dist)
    .filter(file => file.endsWith(".js"))
    .map(file => join(dist, file));
}

/** All words of a file. It can call only methods whose names are among them. */
function wordsOf(file: string): string[] {
  return read(file).match(/[A-Za-z_$][\w$]*/g) ?? [];
}

/** The generated classes with a method for each call of an API, and their wrappers. */
const GENERATED = /[\\/]client-node[\\/]dist[\\/]gen[\\/](?:apis|types)[\\/]\w+\.js$/;

/** Leaves out the methods for calls that the program does not make. */
function onlyMethods(used: ReadonlySet<string>): Plugin {
  return {
    name: "only-methods",
    setup: bundling => {
      bundling.onLoad({ filter: GENERATED }, ({ path }) => ({
        contents: withoutUnused(read(path), used),
        loader: "js",
      }));
    },
  };
}

/** @returns a program without the methods of its classes whose names are not among those used. */
export function withoutUnused(text: string, used: ReadonlySet<string>): string {
  const source = createSourceFile("api.js", text, ScriptTarget.ES2022);
  let kept = "";
  let end = 0;
  for (const method of methodsOf(source)) {
    // Each call has two methods: one returns the API server's whole response, the other its body.
    if (used.has(method.name.replace(/WithHttpInfo$/, ""))) continue;
    kept += text.slice(end, method.start);
    end = method.end;
  }
  return kept + text.slice(end);
}

interface Method {
  name: string;
  start: number;
  end: number;
}

function methodsOf(source: SourceFile): Method[] {
  return source.statements
    .filter(isClassDeclaration)
    .flatMap(({ members }) => members.filter(isMethodDeclaration))
    .flatMap(({ name, pos, end }) =>
      isIdentifier(name) ? { name: name.text, start: pos, end } : [],
    );
}

function read(file: string): string {
  return readFileSync(file, "utf8");
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}
