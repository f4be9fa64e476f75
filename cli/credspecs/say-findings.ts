import { checkCredspec, describeFinding } from "../../rules/credspec/checks/check-credspec";
import type { Terminal } from "../terminal/terminal";

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
