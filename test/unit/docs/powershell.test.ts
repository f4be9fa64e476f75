/** All PowerShell in this repository parses, and is compatible with Windows PowerShell 5.1. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { networkScript } from "../../../cli/commands/doctor/pod/network-script";
import { shareScript, sqlScript } from "../../../cli/commands/conformance/target-scripts";
import { documentationPages } from "../../../tools/build/documentation-pages";
import { problemsIn } from "../../support/powershell";

const ROOT = join(__dirname, "../../..");
const PAGES = ["README.md", "CONTRIBUTING.md", ...documentationPages()];

/** Files with this extension in a folder. */
function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter(path => path.endsWith(ending))
    .map(path => join(folder, path));
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

const FILES = ["deploy", "cli", "examples"]
  .flatMap(folder => filesIn(folder, ".ps1"))
  .map((file): [string, string] => [file, read(file)]);

/** Code blocks of a page, including indented ones in lists. */
function blocksIn(page: string): [name: string, script: string][] {
  const blocks = [...read(page).matchAll(/^( *)```(?:powershell|pwsh|ps1)\n([\s\S]*?)^\1```$/gim)];
  return blocks.map(([, , script = ""], index) => [`${page}, block ${index + 1}`, script]);
}

/** Scripts that TypeScript passes to PowerShell. */
const EMBEDDED: [string, string][] = [
  ["the network as gmsa doctor pod asks for it", networkScript("contoso.com")],
  ["a share as gmsa conformance asks for it", shareScript("\\\\fs01\\data$\\in box")],
  ["a SQL Server as gmsa conformance asks for it", sqlScript("sql01\\SHOP")],
];

test.each([...FILES, ...PAGES.flatMap(blocksIn), ...EMBEDDED])("%s", async (_, script) => {
  expect(await problemsIn(script)).toEqual([]);
});

test("every script is found: those for nodes, in pages, and in TypeScript", () => {
  expect(FILES.map(([file]) => file)).toEqual(
    expect.arrayContaining([
      "deploy/windows/compartment-namespace/enable.ps1",
      "deploy/windows/node-report/report.ps1",
      "cli/commands/completion/scripts/gmsa.ps1",
    ]),
  );
  expect(PAGES.flatMap(blocksIn).length).toBeGreaterThan(0);
  // A new caller of PowerShell must be added to the list.
  const callers = filesIn("cli", ".ts").filter(file => read(file).includes("powershellCommand("));
  expect(callers.sort()).toEqual([
    "cli/commands/conformance/questions.ts",
    "cli/commands/doctor/pod/network-script.ts",
    "cli/inside/powershell.ts",
  ]);
});

describe("violations are seen", () => {
  test.each<[string, string]>([
    ["an open block", "if ($a) {"],
    ["an open text", "Write-Output 'a"],
    ["?? ", "$a = $b ?? 1"],
    ["??=", "$a ??= 1"],
    ["?.", "${a}?.Length"],
    ["?[]", "${a}?[0]"],
    ["? :", "$a = $b ? 1 : 2"],
    ["&&", "Get-Date && Get-Item x"],
    ["||", "Get-Date || Get-Item x"],
    ["a clean block", "function f { process { 1 } clean { 2 } }"],
    ["-Parallel", "1..3 | ForEach-Object -Parallel { $_ }"],
    ["Get-Error", "Get-Error"],
    ["a command in a text", 'Write-Output "$(Get-Error)"'],
    ["-SkipCertificateCheck", "Invoke-WebRequest https://x -SkipCertificateCheck"],
    ["a switch with its value", "Invoke-RestMethod https://x -SkipCertificateCheck:$true"],
    ["-AsHashtable", "$x | ConvertFrom-Json -AsHashtable"],
    ["-AsByteStream", "Get-Content -AsByteStream x"],
    ["$IsWindows", "if ($IsWindows) { 1 }"],
    ["System.Text.Json", "[System.Text.Json.JsonDocument]::Parse('{}')"],
  ])("%s", async (_, script) => {
    const problems = await problemsIn(`# a line before\n${script}\n`);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]?.line).toBeGreaterThan(0);
  });

  test("with their line and kind", async () => {
    expect(await problemsIn("Get-Date\nGet-Error\n")).toEqual([{ line: 2, what: "get-error" }]);
    expect(await problemsIn("a || b")).toEqual([{ line: 1, what: "|| between pipelines" }]);
  });

  test("features of 5.1 are not violations", async () => {
    const known = [
      "1..3 | ForEach-Object -Process { $_ }",
      "Get-Content x -Encoding Byte | ConvertFrom-Json",
      "$a = if ($b) { 1 } else { 2 }",
      "Write-Output 'a && b || c ?? d'",
      "[System.Management.Automation.CompletionResult]::new('a', 'b', 'ParameterValue', 'c')",
    ];
    expect(await problemsIn(known.join("\n"))).toEqual([]);
  });
});
