/** The files of docs/ that are generated from code and transcripts, or contain generated tables. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format, resolveConfig } from "prettier";

import { createProgram } from "../../cli/program";
import { processTerminal } from "../../cli/terminal/terminal";
import { chartValuesTable } from "./reference/chart-values";
import { withChecks, withRules } from "./reference/code-cells";
import { commandsPage } from "./reference/commands";
import { eventCodesTable } from "./reference/event-codes";
import { withTable } from "./reference/markdown-table";
import { metricTables } from "./reference/metric-tables";
import { drawTerminal, type Shown, type Theme } from "./terminal/draw-terminal";
import { resultsIn } from "./transcripts/page-transcripts";

const ROOT = resolve(__dirname, "../..");
/** As `npm run build` writes it. */
const CHART = join(ROOT, "dist/chart/gmsa");
const VALUES_PAGE = "docs/how-to/helm.md";
/** The page that the picture is taken from, and the commands in it. */
const TUTORIAL = "docs/tutorial/getting-started.md";
const PICTURED = [/^kubectl apply -f .*pod\.yaml$/, /^gmsa revoke /, /kubectl -n shop run again/];
const TITLE =
  "A Pod that names a credential spec is admitted; after the grant is revoked, the next one is refused";

/** A file: its path relative to the checkout, and its contents. */
export interface GeneratedFile {
  path: string;
  content: string;
}

/** Without the table of the chart's values, which `npm run build` writes when it builds the chart. */
export async function generatedFiles(): Promise<GeneratedFile[]> {
  const program = createProgram("gmsa", processTerminal());
  const pages = [
    { path: "docs/reference/commands.md", content: commandsPage(program) },
    page("docs/reference/lint.md", withRules),
    page("docs/reference/checks.md", text =>
      withTable(withChecks(text), "codes in events", eventCodesTable()),
    ),
    pageWith("docs/reference/observability.md", await metricTables()),
    ...(existsSync(CHART) ? [pageWith(VALUES_PAGE, { values: chartValuesTable(CHART) })] : []),
  ];
  return [
    ...(await Promise.all(pages.map(formatted))),
    ...(["light", "dark"] as const).map(terminalPicture),
  ];
}

/** A page that a person wrote, with the parts that come from code. */
function page(path: string, complete: (text: string) => string): GeneratedFile {
  return { path, content: complete(readFileSync(join(ROOT, path), "utf8")) };
}

function pageWith(path: string, tables: Record<string, string>): GeneratedFile {
  return page(path, written =>
    Object.entries(tables).reduce((text, [name, table]) => withTable(text, name, table), written),
  );
}

async function formatted({ path, content }: GeneratedFile): Promise<GeneratedFile> {
  const filepath = join(ROOT, path);
  const options = await resolveConfig(filepath);
  return { path, content: await format(content, { ...options, filepath }) };
}

function terminalPicture(theme: Theme): GeneratedFile {
  const results = resultsIn(readFileSync(join(ROOT, TUTORIAL), "utf8"));
  return {
    path: `docs/images/terminal-${theme}.svg`,
    content: drawTerminal(
      TITLE,
      PICTURED.map(which => pictured(results, which)),
      theme,
    ),
  };
}

/** @throws Error if the tutorial does not contain the command. */
function pictured(results: readonly Shown[], which: RegExp): Shown {
  const found = results.find(({ command }) => which.test(command));
  if (found === undefined) throw new Error(`${TUTORIAL} has no command ${which.source}`);
  // Shorten waits and continued lines, because the picture shows one line per command.
  return {
    ...found,
    command: found.command.replaceAll(/\s*\\\n\s*/g, " ").replace(/^sleep \d+; /, ""),
  };
}
