/** Prints the output of `gmsa status` for people. */
import { isUnanswered } from "../../../rules/admission/review";
import { daysInWords } from "../../certificates/end";
import { SOURCES } from "../../certificates/model";
import type { Colours } from "../../terminal/colours";
import { columns, table } from "../../terminal/columns";
import { firstOf } from "../../../rules/text";
import type { DriftedPod } from "../../../rules/workload/drift";
import { refusalLine, warningLine } from "../../terminal/problems";
import { reportRows } from "../../diagnosis/report/report-table";
import {
  isMisplaced,
  type CredspecStatus,
  type Status,
  type WorkloadStatus,
} from "./status-report";
import { noWorkloads } from "../../options/workload-options";

/** Characters of a hash that distinguish builds. */
const SHORT_HASH = 12;
/** Maximum in one cell, except in wide output. */
const MOST_NAMES = 3;

export interface TableStyle {
  colours: Colours;
  /** The only namespace that was read. Undefined for all. */
  namespace?: string | undefined;
  /** Show all names, and why a workload is not admitted. */
  isWide?: boolean;
  headers?: boolean;
}

/** The sections with a blank line between them. Empty ones are omitted. */
export function statusTable(status: Status, style: TableStyle): string {
  const { colours } = style;
  return [
    headline(status, colours),
    columns(installationRows(status, colours)),
    reportRows(
      status.checks.filter(({ level }) => level !== "unknown"),
      colours,
    ),
    credspecTable(status.credspecs, style),
    status.workloads.length === 0
      ? withoutWorkloads(status, style.namespace)
      : workloadTable(status.workloads, style),
    ...status.workloads
      .filter(({ admission }) => admission === "refused")
      .flatMap(({ kind, namespace: where, name, refusals }) =>
        refusals
          .filter(refusal => !isUnanswered(refusal))
          .map(refusal => refusalLine(`${kind}/${name} in ${where}`, refusal, colours)),
      ),
    ...status.workloads.flatMap(({ kind, namespace: where, name, placement }) =>
      placement.map(problem => warningLine(`${kind}/${name} in ${where}`, problem, colours)),
    ),
    ...status.drifted.map(pod => driftLine(pod, colours)),
    unknownLines(status.unknown, colours),
  ]
    .filter(part => part !== "")
    .join("\n\n");
}

function headline(
  { failed, healthy, checks, workloads, summary }: Status,
  colours: Colours,
): string {
  if (failed) return `${colours.red("✘")} ${summary}`;
  if (!healthy) return `${colours.yellow("?")} ${summary}`;
  return checks.length === 0 && !workloads.some(isMisplaced)
    ? `${colours.green("✔")} ${summary}`
    : `${colours.yellow("!")} ${summary}`;
}

function installationRows(status: Status, colours: Colours): string[][] {
  const { module, certificate, versions } = status;
  const rows = [["versions", `gmsa ${versions.gmsa}, Kubernetes ${versions.kubernetes}`]];
  if (module === undefined) {
    return status.unknown.some(({ what }) => what === "installation")
      ? rows
      : [...rows, ["installed", `${colours.red("✘")} no: see \`gmsa explain install\``]];
  }
  const { version, build, replicas } = module;
  const sign = replicas.ready === 0 ? colours.red("✘") : colours.green("✔");
  rows.push(
    ["installed", `${version ?? "without a version"}, build ${build.slice(0, SHORT_HASH)}`],
    ["replicas", `${sign} ${replicas.ready} of ${replicas.wanted} ready`],
  );
  if (certificate !== undefined) {
    rows.push(...certificateRows(certificate, colours));
  }
  return rows;
}

function certificateRows(
  { daysLeft, source, level }: NonNullable<Status["certificate"]>,
  colours: Colours,
): string[][] {
  const days = daysLeft === undefined ? "none" : daysInWords(daysLeft);
  const signs = { pass: colours.green("✔"), warn: colours.yellow("!"), fail: colours.red("✘") };
  return [["certificate", `${signs[level]} ${days}, ${SOURCES[source]}`]];
}

/** A line for each reason. One missing right can affect several checks. */
function unknownLines(unknown: Status["unknown"], colours: Colours): string {
  return [...new Set(unknown.map(({ why }) => why))]
    .map(why => {
      const parts = unknown.filter(one => one.why === why).map(({ what }) => what);
      return `${colours.yellow("?")} ${[...new Set(parts)].join(", ")}: ${why}`;
    })
    .join("\n");
}

function credspecTable(
  credspecs: readonly CredspecStatus[],
  { isWide = false, headers }: TableStyle,
): string {
  const rows = credspecs.map(({ name, account = "", domain = "", workloads, serviceAccounts }) => [
    name,
    account,
    domain,
    String(workloads.length),
    firstOf(serviceAccounts, isWide ? Infinity : MOST_NAMES),
  ]);
  const head = ["CREDSPEC", "ACCOUNT", "DOMAIN", "WORKLOADS", "SERVICE ACCOUNTS"];
  return rows.length === 0 ? "" : table(head, rows, headers);
}

function workloadTable(
  workloads: readonly WorkloadStatus[],
  { colours, isWide = false, headers }: TableStyle,
): string {
  const marks = {
    admitted: colours.green("✔ yes"),
    refused: colours.red("✘ no"),
    unchecked: colours.red("✘ unchecked"),
    unknown: colours.yellow("? unknown"),
  };
  const rows = workloads.map(workload => [
    workload.namespace,
    `${workload.kind}/${workload.name}`,
    workload.serviceAccount,
    firstOf(workload.credspecs, isWide ? Infinity : MOST_NAMES),
    String(workload.pods),
    marks[workload.admission],
    ...(isWide ? [reasonOf(workload)] : []),
  ]);
  const head = ["NAMESPACE", "WORKLOAD", "SERVICE ACCOUNT", "CREDSPECS", "PODS", "ADMITTED NOW"];
  return table([...head, ...(isWide ? ["REASON"] : [])], rows, headers);
}

function reasonOf({ why, refusals }: WorkloadStatus): string {
  const reasons = refusals.map(({ reason }) => reason);
  const all = [...(why === undefined ? [] : [why]), ...new Set(reasons)];
  return all.length === 0 ? "-" : all.join(", ");
}

function withoutWorkloads({ unknown }: Status, namespace: string | undefined): string {
  if (unknown.some(({ what }) => what === "workloads")) {
    return "Whether a workload uses GMSA is unknown.";
  }
  return noWorkloads(namespace);
}

function driftLine(
  { namespace, name, credspec, places, now }: DriftedPod,
  colours: Colours,
): string {
  const what =
    now === "gone"
      ? `a deleted credential spec: ${credspec}`
      : `the earlier contents of credential spec ${credspec}`;
  return `${colours.yellow("!")} Pod/${name} in ${namespace} (${places.join(", ")}) runs with ${what}`;
}
