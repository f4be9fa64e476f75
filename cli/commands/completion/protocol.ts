/**
 * Pure: candidates as kubectl reads them of its plugins' kubectl_complete-NAME, which is how programs
 * made with cobra complete: a line for each, with a description after a tab, and at last a directive.
 *
 * Source: https://github.com/kubernetes/enhancements/tree/master/keps/sig-cli/2379-kubectl-plugins
 */
import type { Candidates } from "../../completion/candidates";

/** Where there is no candidate, complete files. */
const FILES = 0;
const NO_FILES = 4;

export function candidateLines({ candidates, mayBeFile }: Candidates): string {
  const lines = candidates.map(({ value, description }) =>
    description === "" ? value : `${value}\t${description.replace(/\s+/g, " ")}`,
  );
  return [...lines, `:${mayBeFile ? FILES : NO_FILES}`].join("\n");
}
