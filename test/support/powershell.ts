/** Parses PowerShell with a grammar, and finds what Windows PowerShell 5.1 does not support. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Language, Parser, type Node } from "web-tree-sitter";

/** A problem in a script. */
export interface ScriptProblem {
  /** 1-based. */
  line: number;
  what: string;
}

const GRAMMAR = join(
  __dirname,
  "../../node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm",
);

/** Commands that were added in PowerShell 6 or 7. */
const LATER_COMMANDS = [
  ...["get-error", "test-json", "join-string", "get-uptime", "remove-service", "get-securerandom"],
  ...["convertfrom-markdown", "show-markdown", "convertto-clixml", "convertfrom-clixml"],
  ...["remove-alias", "get-markdownoption", "set-markdownoption", "switch-process", "clean"],
  ...["enable-experimentalfeature", "get-experimentalfeature", "get-psresource"],
];

/** Parameters that were added after 5.1, by command, or for all commands. */
const LATER_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  "*": ["-skipcertificatecheck", "-skiphttperrorcheck", "-allowunencryptedauthentication"],
  "foreach-object": ["-parallel", "-throttlelimit", "-asjob"],
  "convertfrom-json": ["-ashashtable", "-depth", "-noenumerate", "-datekind"],
  "convertto-json": ["-asarray", "-enumsasstrings", "-escapehandling"],
  "convertto-csv": ["-usequotes", "-quotefields", "-noheader"],
  "export-csv": ["-usequotes", "-quotefields", "-noheader"],
  "get-content": ["-asbytestream"],
  "set-content": ["-asbytestream"],
  "add-content": ["-asbytestream"],
  "get-date": ["-asutc", "-unixtimeseconds"],
  "get-random": ["-shuffle"],
  "measure-object": ["-standarddeviation", "-allstats"],
  "select-string": ["-noemphasis", "-raw", "-culture"],
  "split-path": ["-leafbase", "-extension"],
  "start-process": ["-environment"],
  "start-sleep": ["-duration"],
  "test-connection": ["-targetname", "-tcpport", "-mtusize", "-ping", "-ipv4", "-ipv6"],
  "invoke-restmethod": [
    ...["-authentication", "-token", "-form", "-noproxy", "-custommethod", "-maximumretrycount"],
    ...["-retryintervalsec", "-statuscodevariable", "-responseheadersvariable", "-sslprotocol"],
  ],
  "invoke-webrequest": [
    ...["-authentication", "-token", "-form", "-noproxy", "-custommethod", "-maximumretrycount"],
    ...["-retryintervalsec", "-resume", "-sslprotocol"],
  ],
};

/** Variables that 5.1 does not set: in a condition they would silently be false. */
const LATER_VARIABLES = ["$iswindows", "$islinux", "$ismacos", "$iscoreclr", "$psstyle"];

/** .NET types that .NET Framework, on which 5.1 runs, does not have. */
const LATER_TYPES =
  /^(?:semver|ordered\.\w+|system\.text\.json\b.*|system\.management\.automation\.semanticversion)$/i;

let parser: Promise<Parser> | undefined;

async function loadParser(): Promise<Parser> {
  await Parser.init();
  const loaded = new Parser();
  return loaded.setLanguage(await Language.load(readFileSync(GRAMMAR)));
}

/** Finds syntax errors, and features that were added after 5.1. */
export async function problemsIn(script: string): Promise<ScriptProblem[]> {
  parser ??= loadParser();
  const tree = (await parser).parse(script);
  if (tree === null) throw new Error("the script was not parsed");
  const problems: ScriptProblem[] = [];
  visit(tree.rootNode, node => {
    const what = problemOf(node);
    if (what !== undefined) problems.push({ line: node.startPosition.row + 1, what });
  });
  if (problems.length === 0 && tree.rootNode.hasError) {
    problems.push({ line: 1, what: "cannot be read" });
  }
  return problems;
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const child of node.children) visit(child, see);
}

function problemOf(node: Node): string | undefined {
  if (node.isError) return `cannot be read: ${firstLine(node)}`;
  if (node.isMissing) return `something is missing: ${node.type}`;
  switch (node.type) {
    case "pipeline_chain_tail":
      return `${node.text} between pipelines`;
    case "command":
      return commandProblem(node);
    case "variable":
      return LATER_VARIABLES.includes(node.text.toLowerCase()) ? node.text : undefined;
    case "type_name":
      return LATER_TYPES.test(node.text) ? `[${node.text}]` : undefined;
    default:
      return undefined;
  }
}

function commandProblem(node: Node): string | undefined {
  const name = node.childForFieldName("command_name")?.text.toLowerCase() ?? "";
  if (LATER_COMMANDS.includes(name)) return name;
  const later = [...(LATER_PARAMETERS["*"] ?? []), ...(LATER_PARAMETERS[name] ?? [])];
  const elements = node.childForFieldName("command_elements")?.children ?? [];
  const parameter = elements
    .filter(({ type }) => type === "command_parameter")
    .map(({ text }) => text.toLowerCase().replace(/:$/, ""))
    .find(text => later.includes(text));
  return parameter === undefined ? undefined : `${name} ${parameter}`;
}

function firstLine({ text }: Node): string {
  return text.split("\n")[0]?.slice(0, 80) ?? "";
}
