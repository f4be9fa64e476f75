import { sentence } from "../../../rules/problem";
import type { Diagnostic } from "../diagnostic";

/** The whole of a finding but its place and code. */
export function messageOf(finding: Diagnostic): string {
  const subject = [finding.object, finding.field].filter(part => part !== "").join(" ");
  const words = sentence(finding);
  return subject === "" ? words : `${subject}: ${words}`;
}
