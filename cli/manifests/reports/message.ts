import { sentence } from "../../../rules/problem";
import { subjectOf, type Diagnostic } from "../diagnostic";

/** The complete finding, except its place and code. */
export function messageOf(finding: Diagnostic): string {
  const subject = subjectOf(finding);
  const words = sentence(finding);
  return subject === "" ? words : `${subject}: ${words}`;
}
