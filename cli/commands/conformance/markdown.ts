/** Pure: renders the report of a run as Markdown. */
import { pluralize } from "../../../rules/text";
import { VERDICTS, type Check } from "./checks";
import type { CaseReport, ConformanceReport, NodeOfReport } from "./conformance-report";
import { MARKS, wordsOf } from "./words";

export function markdownOf(report: ConformanceReport): string {
  return [
    `# Conformance report: ${report.verdict}`,
    summaryOf(report),
    "## Nodes",
    realityOf(report),
    "## Versions",
    versionsOf(report),
    "## Cases",
    tableOf(
      ["", "case", "what", "took"],
      report.cases.map(({ id, verdict, title, seconds }) => [
        `${MARKS[verdict]} ${verdict}`,
        id,
        title,
        verdict === "skipped" ? "" : `${seconds.toFixed(1)} s`,
      ]),
    ),
    ...report.cases.filter(({ verdict }) => verdict !== "skipped").map(caseOf),
    ...leftOf(report),
  ]
    .join("\n\n")
    .concat("\n");
}

function summaryOf({ cases, asked, run, started, ended, interrupted }: ConformanceReport): string {
  const counts = VERDICTS.map(
    verdict => `${cases.filter(each => each.verdict === verdict).length} ${verdict}`,
  ).join(", ");
  const services = [
    `share: ${asked.share ? "asked" : "not asked (--target)"}`,
    `SQL Server: ${asked.sql ? "asked" : "not asked (--sql)"}`,
  ].join("; ");
  return [
    `Run ${run} of \`gmsa conformance\`, from ${started} to ${ended}: ${counts}.`,
    `Account ${code(asked.account)}, credential spec ${code(asked.credspec)}, service account ${code(asked.serviceAccount)}. Beside Kerberos: ${services}.`,
    ...(interrupted ? ["**The run was interrupted.** Unfinished checks are unknown."] : []),
  ].join("\n\n");
}

function realityOf({ nodes, unused }: ConformanceReport): string {
  const played = nodes.filter(each => each.played === "stand-in");
  const real = nodes.filter(each => each.played === "real");
  const lines = [
    ...(real.length === 0
      ? []
      : [
          `${pluralize(real.length, "node")} registered as Windows, without the annotation of a stand-in: ${namesOf(real)}. As far as the cluster shows, containers ran there, and Windows gave the answers.`,
        ]),
    ...(played.length === 0
      ? []
      : [
          `${pluralize(played.length, "node")} played by a stand-in: ${namesOf(played)}. **No container ran there, and no answer below is from Windows.** The answers about admission are from the API server.`,
        ]),
  ];
  const table = tableOf(
    ["node", "Windows Server", "image", "build", "kubelet", "container runtime", "played"],
    nodes.map(({ name, windows, osImage, build, kubelet, containerRuntime, played: by }) => [
      ...[name, windows, osImage, build, kubelet, containerRuntime],
      by === "real" ? "real" : "by a stand-in",
    ]),
  );
  const rest = unused.map(({ node, why }) => `Not used: ${code(node)}, ${why}.`);
  return [...lines, table, ...rest].join("\n\n");
}

function namesOf(nodes: readonly NodeOfReport[]): string {
  return nodes.map(({ name }) => code(name)).join(", ");
}

function versionsOf({ versions, images }: ConformanceReport): string {
  const { gmsa, pepr, kubernetes, module } = versions;
  const rows = [
    ["gmsa", `${gmsa}, for Pepr ${pepr}`],
    ["Kubernetes", kubernetes],
    ...(module === undefined
      ? [["installation", "not seen"]]
      : [
          ["installation", `${module.version}, build ${module.build}`],
          ["image of the webhook", module.image],
          ["Pepr", module.pepr],
        ]),
    ...images.map(({ windows, image, digest }) => [`image on ${windows}`, `${image}, ${digest}`]),
  ];
  return tableOf(["what", "version"], rows);
}

function caseOf({ id, title, expected, verdict, checks }: CaseReport): string {
  return [
    `### ${MARKS[verdict]} ${id}: ${title}`,
    `Expected: ${expected}`,
    tableOf(
      ["", "check", "about", "observed"],
      checks.map(check => [
        `${MARKS[check.verdict]}${check.isNote ? " note" : ""}`,
        check.name,
        aboutOf(check),
        wordsOf(check),
      ]),
    ),
    ...checks.flatMap(evidenceOf),
  ].join("\n\n");
}

function aboutOf({ subject, container }: Check | CaseReport["checks"][number]): string {
  return container === undefined ? subject : `${subject}, ${container}`;
}

/** Indented, so that no text in it can end the code block. */
function evidenceOf(check: CaseReport["checks"][number]): string[] {
  const { name, evidence } = check;
  if (evidence === undefined) return [];
  const lines = evidence.split("\n").map(line => `    ${line}`);
  return [`${name} of ${aboutOf(check)} printed:`, lines.join("\n")];
}

function leftOf({ left }: ConformanceReport): string[] {
  if (left.length === 0) return ["Everything that the run created was removed."];
  const commands = left.map(({ command }) => `    ${command}`);
  return ["## Not removed", "Remove these by hand:", commands.join("\n")];
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows]
    .map(row => `| ${row.map(cell).join(" | ")} |`)
    .join("\n");
}

/** Names and messages come from a cluster, so they may contain anything. */
function cell(text: string): string {
  const safe = text
    .replace(/[^\P{Cc}]+/gu, " ")
    .replace(/[\\|`*_<>[\]]/g, character => `\\${character}`);
  return safe === "---" ? safe : safe.trim();
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}
