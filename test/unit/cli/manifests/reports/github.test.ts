/** Parses annotations as GitHub's runner does. */
import * as fc from "fast-check";

import type { Diagnostic } from "../../../../../cli/manifests/diagnostic";
import { githubAnnotations } from "../../../../../cli/manifests/reports/github";

const finding: Diagnostic = {
  level: "error",
  code: "GMSA213",
  file: "apps/shop, old/100%.yaml",
  line: 7,
  column: 3,
  object: "Pod/shop",
  field: "spec.nodeSelector",
  problem: "never runs on Windows: 50% of\nits nodes, or ::none::",
  remedy: "Write it.",
};

interface Command {
  command: string;
  properties: Record<string, string>;
  data: string;
}

const UNESCAPED: readonly [string, string][] = [
  ["%0D", "\r"],
  ["%0A", "\n"],
];

/** Like ActionCommand.TryParseV2 of actions/runner: `::command name=value,name=value::data`. */
function parsed(line: string): Command {
  const end = line.indexOf("::", 2);
  if (!line.startsWith("::") || end < 0) throw new Error(`no command: ${line}`);
  const [command = "", ...rest] = line.slice(2, end).split(" ");
  const pairs = rest
    .join(" ")
    .split(",")
    .filter(each => each !== "");
  const properties = pairs.map(pair => {
    const [name = "", ...value] = pair.split("=");
    return [name, unescaped(value.join("="), [...UNESCAPED, ["%3A", ":"], ["%2C", ","]])];
  });
  return {
    command,
    properties: Object.fromEntries(properties) as Record<string, string>,
    data: unescaped(line.slice(end + 2), UNESCAPED),
  };
}

function unescaped(text: string, pairs: readonly (readonly [string, string])[]): string {
  return [...pairs, ["%25", "%"] as const].reduce(
    (plain, [escape, character]) => plain.replaceAll(escape, character),
    text,
  );
}

describe("annotations of GitHub", () => {
  test("have the place, the code and the whole message", () => {
    expect(githubAnnotations([finding])).toBe(
      "::error file=apps/shop%2C old/100%25.yaml,line=7,col=3,title=GMSA213%3A Pod may not run on Windows" +
        "::Pod/shop spec.nodeSelector: never runs on Windows: 50%25 of%0Aits nodes, or ::none::. Write it.",
    );
    expect(parsed(githubAnnotations([finding]))).toEqual({
      command: "error",
      properties: {
        file: finding.file,
        line: "7",
        col: "3",
        title: "GMSA213: Pod may not run on Windows",
      },
      data: `Pod/shop spec.nodeSelector: ${finding.problem}. Write it.`,
    });
  });

  test("are errors, warnings and notices", () => {
    const levels = ["error", "warning", "information"] as const;
    const lines = githubAnnotations(levels.map(level => ({ ...finding, level }))).split("\n");
    expect(lines.map(line => parsed(line).command)).toEqual(["error", "warning", "notice"]);
  });

  test("are one line each, and can be read back unchanged, whatever a file contains", () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[%:,=\r\n0-9ACD ]*$/));
    fc.assert(
      fc.property(texts, texts, (file, problem) => {
        const name = file.replaceAll("\\", "/");
        const line = githubAnnotations([
          { ...finding, file, object: "", field: "", problem, remedy: "" },
        ]);
        expect(line).not.toMatch(/[\r\n]/);
        const { properties, data } = parsed(line);
        expect([properties["file"], data]).toEqual([name, problem]);
      }),
    );
  });
});
