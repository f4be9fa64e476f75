/**
 * Pure: prints findings as workflow commands of GitHub Actions, which shows them in a pull request.
 *
 * Source: ActionCommand.cs of actions/runner; command.ts of actions/toolkit.
 */
import type { Diagnostic } from "../diagnostic";
import { titleOf } from "./rule-titles";
import { messageOf } from "./message";

const COMMANDS = { error: "error", warning: "warning", information: "notice" } as const;

/** One line for each finding. */
export function githubAnnotations(findings: readonly Diagnostic[]): string {
  return findings.map(annotation).join("\n");
}

function annotation(finding: Diagnostic): string {
  const { level, code, file, line, column } = finding;
  const properties = {
    file: file.replaceAll("\\", "/"),
    line: String(line),
    col: String(column),
    title: `${code}: ${titleOf(code)}`,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`);
  return `::${COMMANDS[level]} ${written.join(",")}::${data(messageOf(finding))}`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
