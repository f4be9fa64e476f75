/** The output of `gmsa explain`, from the pages that are shipped with the program. */
import { CHECK_CODES, CHECK_NAMES } from "../../diagnosis/check-codes";
import { nearest } from "../../../rules/near";
import { columns } from "../../terminal/columns";
import { EXIT, Failure } from "../../terminal/failure";
import { pageOf, topics } from "./bundled-pages";
import { rowsOf, type ExplainedRow } from "./table-rows";

/** Pages with a row for each code. */
const FINDINGS = "lint";
const CHECKS = "checks";
const CODE = /^GMSA\d{3}$/;

export function listOfPages(): string {
  return columns(topics().map(name => [name, titleOf(pageOf(name))]));
}

function titleOf(page: string): string {
  return (/^# (.*)$/m.exec(page)?.[1] ?? "").replaceAll("`", "");
}

/** @throws Failure if there is no such page, code or check. */
export function explanationOf(what: string): string {
  const known = topics();
  const code = what.toUpperCase();
  if (CODE.test(code)) return explainedCode(code);
  const check = CHECK_NAMES.find(name => name === what);
  if (check !== undefined) return explainedCode(CHECK_CODES[check]);
  // Also accepts the paths of pages that messages mention.
  const topic = what
    .replace(/^(?:\.\/)?docs\/(?:[a-z-]+\/)?/, "")
    .replace(/(?:\.md)?(?:#.*)?$/, "");
  if (known.includes(topic)) return pageOf(topic).trimEnd();
  const meant = nearest(topic, [...known, ...CHECK_NAMES]);
  throw new Failure(
    `not a code or page: "${what}"`,
    meant === undefined ? "Run `gmsa explain` to list the pages." : `Did you mean ${meant}?`,
    EXIT.usage,
  );
}

/** @throws Failure if the code does not exist. */
function explainedCode(code: string): string {
  const check = CHECK_NAMES.find(name => CHECK_CODES[name] === code);
  const ofFindings = rowsOf(pageOf(FINDINGS), code);
  const page = ofFindings.length > 0 ? FINDINGS : CHECKS;
  const rows = page === FINDINGS ? ofFindings : rowsOf(pageOf(CHECKS), code);
  if (rows.length === 0) {
    throw new Failure(
      `there is no code ${code}`,
      `Run \`gmsa explain ${FINDINGS}\` to list them.`,
      EXIT.usage,
    );
  }
  return [
    `${code}: ${sourceOf(page, check)}`,
    ...rows.map(describeRow),
    `See \`gmsa explain ${page}\`.`,
  ].join("\n\n");
}

/** The command that reports the code. */
function sourceOf(page: string, check: string | undefined): string {
  if (page === FINDINGS) return "gmsa lint";
  return check === undefined ? "gmsa doctor pod" : `gmsa doctor --check ${check}`;
}

function describeRow({ section, cells }: ExplainedRow): string {
  return `${section}\n${columns(cells.map(({ head, text }) => [`  ${head}`, text]))}`;
}
