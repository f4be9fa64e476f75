/** The limits and messages in docs/ match the code. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ANSWER_MS } from "../../../capabilities/answer-time";
import {
  FACTS,
  MOST_CAUSES,
  MOST_OF_CAUSES,
  MOST_OF_REFUSAL,
} from "../../../rules/admission/causes";
import { MOST_CONTENTS } from "../../../rules/pod/references";
import { LARGEST_BODY } from "../../../webhook/http-refusal";
import { MOST_LARGE, TURN_DEADLINE_MS } from "../../../webhook/large-reviews";
import { Readiness, REHEARSAL_MS } from "../../../webhook/readiness";
import { BODY_DEADLINE_MS, LARGE, LARGE_BODY, LIMITS } from "../../../webhook/review-body";
import { STORE_NAME, WAITS } from "../../../webhook/waiting";

const MIB = 1024 * 1024;

function rowsOf(page: string, heading: string): string[][] {
  const text = readFileSync(join(__dirname, "../../../docs", page), "utf8");
  const [, section = ""] = text.split(`\n${heading}\n`);
  return (section.split("\n## ")[0] ?? "")
    .split("\n")
    .filter(line => line.startsWith("| "))
    .map(line => line.split("|").map(cell => cell.trim()));
}

function shown(number: number): string {
  return number.toLocaleString("en");
}

test("docs/explanation/security.md names the limits of a request", () => {
  const most = Object.fromEntries(
    rowsOf("explanation/security.md", "### Limits of one request").map(([, what = "", atMost]) => [
      what,
      atMost,
    ]),
  );
  expect(most).toMatchObject({
    "a body": `${LARGEST_BODY / MIB} MiB`,
    "its arrival": `${BODY_DEADLINE_MS / 1000} s`,
    "objects and lists within each other": String(LIMITS.depth),
    "fields that are kept": `${shown(LIMITS.keptValues)} values, ${LIMITS.keptBytes / MIB} MiB`,
    "from its arrival to its answer": `${ANSWER_MS / 1000} s`,
    [`bodies at a time that keep more than ${LARGE / 1024} KiB, or have more than ${LARGE_BODY / MIB} MiB`]:
      String(MOST_LARGE),
    "the sentences of a refusal": `${shown(MOST_OF_REFUSAL)} bytes`,
    "the causes of a refusal": `${MOST_CAUSES}, and ${shown(MOST_OF_CAUSES)} bytes`,
    "contents that are filled in": `${MOST_CONTENTS / MIB} MiB in one Pod`,
  });
  const [, , , waits] =
    rowsOf("explanation/security.md", "### Limits of one request").find(([, what]) =>
      what?.startsWith("bodies at a time"),
    ) ?? [];
  expect(waits).toContain(`after ${TURN_DEADLINE_MS / 1000} s 503`);
});

test("docs/reference/observability.md names the facts among the causes of a refusal", () => {
  const rows = rowsOf("reference/observability.md", "## The causes of a refusal");
  const named = rows.slice(2).map(([, reason]) => reason);
  expect(named.sort()).toEqual(
    Object.values(FACTS)
      .map(reason => `\`${reason}\``)
      .sort(),
  );
});

test("docs/how-to/troubleshooting.md has every reason why a replica waits or is not ready", () => {
  const rows = rowsOf("how-to/troubleshooting.md", "## A replica that does not become ready");
  const named = rows.map(([, what = ""]) => what);
  const readiness = new Readiness(0);
  readiness.waitsFor = STORE_NAME;
  readiness.rehearsing = true;
  readiness.draining = true;
  readiness.notAfter = new Date(0);
  const reasons = readiness
    .reasons(100_000, new Date(1))
    .map(reason => reason.replace(/\d+ s$/, "… s").replace(/at \d{4}-.*Z$/, "at …"));
  expect(reasons).toHaveLength(5);
  for (const message of [...Object.values(WAITS), ...reasons]) {
    expect(named).toContain(`\`${message}\``);
  }
  const warmingUp = rows.find(([, what]) => what === "`warming up`")?.[2];
  expect(warmingUp).toContain(`at most ${REHEARSAL_MS / 1000} s`);
});
