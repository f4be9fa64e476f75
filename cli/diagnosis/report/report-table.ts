/** Prints the report of `gmsa doctor` for people. */
import { columns } from "../../terminal/columns";
import type { Colours } from "../../terminal/colours";
import type { Level, Observed } from "./check";
import type { CheckReport, Report } from "./examine";
import { pluralize } from "../../../rules/text";

const SIGNS = { pass: "✔", warn: "!", fail: "✘", unknown: "?", skip: "-" } as const;
/** Enough to recognise the problem. Clusters have thousands of nodes and workloads. */
const MOST_OF_A_KIND = 10;

/** A line for each observation with its remedy below, and the number of checks at each level. */
export function reportTable({ checks }: Pick<Report, "checks">, colours: Colours): string {
  return [reportRows(checks, colours), "", summary(checks), ...notSeen(checks)].join("\n");
}

/** The lines of some checks, without a summary. */
export function reportRows(checks: readonly CheckReport[], colours: Colours): string {
  const paint: Record<Level, (text: string) => string> = {
    pass: colours.green,
    warn: colours.yellow,
    fail: colours.red,
    unknown: colours.yellow,
    skip: colours.dim,
  };
  const rows = checks.flatMap(check =>
    notable(check).flatMap(({ level, message, remedy }, index) => [
      [paint[level](SIGNS[level]), index === 0 ? check.name : "", message],
      ...(remedy === undefined ? [] : [["", "", `→ ${remedy}`]]),
    ]),
  );
  return columns(rows);
}

/**
 * The checks that could not read everything, and the role that can. It is the last line, so that nobody
 * overlooks it.
 */
function notSeen(checks: readonly CheckReport[]): string[] {
  const unknown = checks.filter(({ observed }) =>
    observed.some(({ level }) => level === "unknown"),
  );
  const rights = unknown.some(({ observed }) => observed.some(({ isForbidden }) => isForbidden));
  if (unknown.length === 0) return [];
  const names = unknown.map(({ name }) => name).join(", ");
  const tried = unknown.flatMap(({ name }) =>
    name === "canary" || name === "next-pods" ? [name] : [],
  );
  const except = tried.length === 0 ? "" : ` but ${tried.join(" and ")}`;
  const role = rights
    ? ` The ClusterRole at the end of \`gmsa explain troubleshooting\` grants all${except}.`
    : "";
  return [`Unknown, or only partly known: ${names}.${role}`];
}

/** The observations worth showing: passed ones only if the whole check passed, and at most MOST_OF_A_KIND. */
function notable({ level, observed }: CheckReport): Observed[] {
  const same = observed.filter(one => one.level === level);
  const rest = observed.filter(
    one => one.level !== level && one.level !== "pass" && one.level !== "skip",
  );
  const all = [...same, ...rest];
  const more = all.length - MOST_OF_A_KIND;
  return more <= 0
    ? all
    : [
        ...all.slice(0, MOST_OF_A_KIND),
        { level, message: `and ${more} more; run \`gmsa doctor -o yaml\` to see all` },
      ];
}

function summary(checks: CheckReport[]): string {
  const words: Record<Level, string> = {
    fail: "failed",
    warn: "with warnings",
    unknown: "unknown",
    skip: "not applicable",
    pass: "passed",
  };
  const counts = Object.entries(words).map(([level, word]) => {
    const count = checks.filter(check => check.level === level).length;
    return count === 0 ? "" : `${count} ${word}`;
  });
  return `${pluralize(checks.length, "check")}: ${counts.filter(text => text !== "").join(", ")}`;
}
