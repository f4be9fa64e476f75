import { Command, Option } from "commander";

import { EXIT, Failure } from "../../terminal/failure";
import { readTextFiles } from "../../manifests/manifest-files";
import type { Terminal } from "../../terminal/terminal";
import type { NamedCredspec } from "./credspec-yaml";
import type { OutputFile } from "./output-files";
import {
  addRbacOptions,
  serviceAccountsOf,
  type RbacOptions,
} from "../../options/service-account-options";
import { rbacObjectsFor } from "../../../rules/rbac/use-grant";
import type { Conversion } from "./to-yaml";

const HELP = `
Reads UTF-8 and UTF-16, with and without a byte order mark, as PowerShell writes them. In a folder,
it reads the *.json files; with --to json, the *.yaml and *.yml files. Unknown keys, the order of keys
and every digit are kept. Values that Windows cannot use (error) and probable mistakes
(warning) are reported on stderr; \`gmsa explain credspecs\` lists each finding.

Examples:
  # From New-CredentialSpec into the cluster
  gmsa convert webapp1.json | kubectl apply -f -

  # With the right to use it, for the service account webapp1 of namespace shop
  gmsa convert contoso_webapp1.json --name webapp1 --rbac --service-account shop/webapp1

  # A folder, with one manifest for each file
  gmsa convert credspecs/ --output-dir manifests/

  # Back, for a container runtime
  kubectl get gmsa webapp1 -o yaml | gmsa convert - --to json > webapp1.json

Exit codes: 0 done; 1 a file was left out, or Windows cannot use a credential spec (everything that can
be converted is still printed); 2 wrong usage.`;

interface Options extends RbacOptions {
  filename?: string[];
  recursive?: boolean;
  name?: string;
  to: "yaml" | "json";
  outputDir?: string;
  overwrite?: boolean;
}

/** Adds `gmsa convert`. */
export function addConvert(program: Command, terminal: Terminal): void {
  const command = program
    .command("convert")
    .description("convert New-CredentialSpec JSON to GMSACredentialSpec manifests, or back")
    .argument("[file...]", "files, folders, or - for stdin")
    .option("-f, --filename <file...>", "files, folders, or - for stdin, as in kubectl")
    .option("-R, --recursive", "search subdirectories too")
    .option("--name <name>", "name of the object (default: after the file, or the account)")
    .addOption(
      new Option("--to <format>", "format of the result").choices(["yaml", "json"]).default("yaml"),
    )
    .option(
      "--output-dir <folder>",
      "write a file for each credential spec instead of printing them",
    )
    .option("--overwrite", "replace files in that folder");
  addRbacOptions(command)
    .addHelpText("after", HELP)
    .action(async (positional: string[], options: Options) => {
      const filename = [...positional, ...(options.filename ?? [])];
      refuseUsage(filename, options);
      const { healthy } =
        options.to === "yaml"
          ? await toYaml(filename, options, terminal)
          : await toJson(filename, options, terminal);
      process.exitCode = healthy ? EXIT.ok : EXIT.failed;
    });
}

async function toYaml(
  filename: string[],
  options: Options,
  terminal: Terminal,
): Promise<Conversion> {
  const accounts = serviceAccountsOf(options);
  const [{ namedCredspecs }, { credspecYaml }, { yamlOf, yamlStream }] = await Promise.all([
    import("./to-yaml"),
    import("./credspec-yaml"),
    import("../../terminal/yaml"),
  ]);
  const files = readTextFiles({ filename, recursive: options.recursive ?? false }, [".json"]);
  if (options.name !== undefined && files.length > 1) {
    throw usage(`--name names one credential spec, and there are ${files.length} files`);
  }
  const conversion = await namedCredspecs(files, { wantedName: options.name, terminal });
  const texts = conversion.credspecs.map(credspec => ({
    name: `${credspec.name}.yaml`,
    text: yamlStream([
      credspecYaml(credspec),
      ...rbacObjectsFor(credspec.name, accounts).map(yamlOf),
    ]),
  }));
  if (options.outputDir === undefined) {
    printText(terminal, yamlStream(texts.map(({ text }) => text)));
  } else {
    await write(options.outputDir, texts, options, terminal);
  }
  return conversion;
}

async function toJson(
  filename: string[],
  options: Options,
  terminal: Terminal,
): Promise<Conversion> {
  const { credspecsInManifests } = await import("./to-json");
  const files = readTextFiles({ filename, recursive: options.recursive ?? false }, [
    ".yaml",
    ".yml",
  ]);
  const conversion = credspecsInManifests(files, terminal);
  const texts = conversion.credspecs.map(credspec => ({
    name: `${credspec.name}.json`,
    text: `${jsonOf(credspec)}\n`,
  }));
  if (options.outputDir !== undefined) {
    await write(options.outputDir, texts, options, terminal);
  } else if (texts.length > 1) {
    throw usage(
      `there are ${texts.length} credential specs, but a JSON file holds only one: add --output-dir`,
    );
  } else {
    printText(terminal, texts.map(({ text }) => text).join(""));
  }
  return conversion;
}

function jsonOf({ credspec, exactJson }: NamedCredspec): string {
  return exactJson ?? JSON.stringify(credspec, null, 2);
}

async function write(
  folder: string,
  files: OutputFile[],
  { overwrite = false }: Options,
  terminal: Terminal,
): Promise<void> {
  const { writeFiles } = await import("./output-files");
  for (const path of writeFiles(folder, files, { overwrite })) {
    terminal.print(path);
  }
}

/** Prints nothing for an empty text, not an empty line. */
function printText(terminal: Terminal, text: string): void {
  if (text !== "") {
    terminal.print(text.trimEnd());
  }
}

function refuseUsage(filename: string[], options: Options): void {
  if (filename.length === 0) throw usage("missing files, folders, or - for stdin");
  if (options.to === "json" && (options.rbac ?? options.serviceAccount) !== undefined) {
    throw usage("--rbac adds Kubernetes objects, but --to json does not write any");
  }
  if (options.to === "json" && options.name !== undefined) {
    throw usage("--name names a Kubernetes object, but --to json does not write any");
  }
}

function usage(message: string): Failure {
  return new Failure(message, "See `gmsa convert --help`.", EXIT.usage);
}
