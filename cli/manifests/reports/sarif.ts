/**
 * Pure: findings as SARIF 2.1.0 for code scanning.
 *
 * Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { Log, ReportingDescriptor, Result } from "sarif";

import { subjectOf, type Diagnostic } from "../diagnostic";
import { messageOf } from "./message";
import { titleOf } from "./rule-titles";

const LEVELS = { error: "error", warning: "warning", information: "note" } as const;
/** A placeholder for the repository's root, which only the reader knows. */
const ROOT = "%SRCROOT%";

/** @param version of this program. */
export function sarifOf(findings: readonly Diagnostic[], version: string): Log {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  return {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [
      {
        tool: { driver: { name: "gmsa", version, rules: codes.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        results: findings.map(finding => resultOf(finding, codes.indexOf(finding.code))),
      },
    ],
  };
}

function ruleOf(code: string): ReportingDescriptor {
  const title = titleOf(code);
  return {
    id: code,
    shortDescription: { text: title },
    help: {
      text: `${title}. Run gmsa explain ${code} for more.`,
      markdown: `${title}. Run \`gmsa explain ${code}\` for more.`,
    },
  };
}

function resultOf(finding: Diagnostic, ruleIndex: number): Result {
  const { code, level, file, line, column } = finding;
  const name = subjectOf(finding);
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[level],
    message: { text: messageOf(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: locationOf(file),
          region: { startLine: line, startColumn: column },
        },
        ...(name === "" ? {} : { logicalLocations: [{ fullyQualifiedName: name }] }),
      },
    ],
  };
}

function locationOf(file: string): { uri: string; uriBaseId?: string } {
  if (isAbsolute(file)) return { uri: pathToFileURL(file).href };
  const parts = file.replaceAll("\\", "/").split("/").map(encodeURIComponent);
  return { uri: parts.join("/"), uriBaseId: ROOT };
}
