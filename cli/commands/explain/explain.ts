import type { Command } from "commander";

import { CHECK_CODES } from "../../diagnosis/check-codes";
import { nearest } from "../../../rules/near";
import { EXIT, Failure } from "../../terminal/failure";
import type { Terminal } from "../../terminal/terminal";
import { pageOf, topics } from "./pages";
import { rowsOf, type ExplainedRow } from "./rows";

const HELP = `
Examples:
  # What a finding of gmsa lint, or a check of gmsa doctor, is about
  gmsa explain GMSA251

  # A page of the documentation; messages name it as docs/rbac.md
  gmsa explain rbac | less

  # Which pages there are
  gmsa explain

Nothing is asked of a cluster or the network: the pages come with the program.

Exit codes: 0 done, 2 wrong usage.`;

/** Pages with a row for each code. */
const FINDINGS = "lint";
const CHECKS = "troubleshooting";
const CODE = /^GMSA\d{3}$/;

/** `gmsa explain` */
export function addExplain(program: Command, terminal: Terminal): void {
  program
    .command("explain")
    .description("explain a code such as GMSA251, or print a page of the documentation")
    .argument("[code or page]", "a code, the name of a check, or a page such as rbac")
    .addHelpText("after", HELP)
    .action((what: string | undefined) => {
      terminal.print(what === undefined ? listOfPages() : explanationOf(what));
    });
}

function listOfPages(): string {
  const names = topics();
  const width = Math.max(...names.map(({ length }) => length));
  return names.map(name => `${name.padEnd(width)}   ${titleOf(pageOf(name))}`).join("\n");
}

function titleOf(page: string): string {
  return (/^# (.*)$/m.exec(page)?.[1] ?? "").replaceAll("`", "");
}

/** @throws Failure if there is nothing of that name. */
function explanationOf(what: string): string {
  const known = topics();
  const code = what.toUpperCase();
  if (CODE.test(code)) return explainedCode(code);
  const check = Object.keys(CHECK_CODES).find(name => name === what);
  if (check !== undefined) return explainedCode(CHECK_CODES[check as keyof typeof CHECK_CODES]);
  // As messages name a page, too.
  const topic = what.replace(/^(?:\.\/)?docs\//, "").replace(/(?:\.md)?(?:#.*)?$/, "");
  if (known.includes(topic)) return pageOf(topic).trimEnd();
  const meant = nearest(topic, [...known, ...Object.keys(CHECK_CODES)]);
  throw new Failure(
    `there is no code and no page "${what}"`,
    meant === undefined ? "gmsa explain lists the pages." : `Did you mean ${meant}?`,
    EXIT.usage,
  );
}

/** @throws Failure if no finding or check has it. */
function explainedCode(code: string): string {
  const [check] = Object.entries(CHECK_CODES).find(([, its]) => its === code) ?? [];
  const page = check === undefined ? FINDINGS : CHECKS;
  const rows = rowsOf(pageOf(page), check ?? code);
  if (rows.length === 0) {
    throw new Failure(`there is no code ${code}`, `gmsa explain ${FINDINGS} has them.`, EXIT.usage);
  }
  const from = check === undefined ? "gmsa lint" : `gmsa doctor --check ${check}`;
  return [`${code}: ${from}`, ...rows.map(describeRow), `See gmsa explain ${page}.`].join("\n\n");
}

function describeRow({ section, cells }: ExplainedRow): string {
  const width = Math.max(...cells.map(({ head }) => head.length));
  const lines = cells.map(({ head, text }) => `  ${head.padEnd(width)}   ${text}`);
  return [section, ...lines].join("\n");
}
