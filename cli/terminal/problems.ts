/** Pure: which command makes the grant that a refusal asks for. */
import type { Refusal } from "../../rules/admission/review";
import { checkCredspec, describeFinding } from "../../rules/credspec/checks/check-credspec";
import { isObjectName } from "../../rules/object";
import type { Terminal } from "./terminal";

/** The sentences of rules/admission/denial.ts, which come from the API server as text. */
const PROBLEM =
  /^service account "(?<account>[^"]+)" is not authorized to `use` GMSA cred spec "(?<credspec>[^"]+)"/;

const REMEDY = /RoleBinding in namespace "(?<namespace>[^"]+)"/;

/** What to do about a refusal, with the command that does it where there is one. */
export function remedyWithCommand({
  problem,
  remedy,
}: Pick<Refusal, "problem" | "remedy">): string {
  const { account, credspec = "" } = PROBLEM.exec(problem)?.groups ?? {};
  const { namespace } = REMEDY.exec(remedy)?.groups ?? {};
  if (account === undefined || namespace === undefined || !isObjectName(credspec)) {
    return remedy;
  }
  const command = `gmsa grant ${credspec} --service-account ${namespace}/${account}`;
  return `${remedy} \`${command}\` does it, or prints the objects with --dry-run client.`;
}

/**
 * Says what is to be found about a credspec.
 *
 * @param where what to say before each finding, such as the file; empty for nothing.
 * @returns whether Windows can work with it: no finding is an error.
 */
export function sayFindings(terminal: Terminal, where: string, credspec: unknown): boolean {
  const findings = checkCredspec(credspec);
  for (const finding of findings) {
    terminal.say(
      `${where === "" ? "" : `${where}: `}${finding.level}: ${describeFinding(finding)}`,
    );
  }
  return findings.every(({ level }) => level !== "error");
}
