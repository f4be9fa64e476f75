/** Completion of `gmsa` in the installed shells. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { gmsa } from "../support/gmsa-program";
import { BASH, FISH, InPath, ZSH, hasShell } from "../support/shells";

const inPath = new InPath();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gmsa-completion-"));
  writeFileSync(join(folder, "pods.yaml"), "");
});

afterAll(() => {
  inPath.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function candidates(...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await gmsa(["complete", "--", ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout
    .trimEnd()
    .split("\n")
    .map(line => line.split("\t")[0] ?? "");
}

describe("candidates", () => {
  test("are the commands, with their descriptions", async () => {
    const { stdout } = await gmsa(["complete", "--", ""]);
    expect(stdout).toMatch(/^status\tshow the installation/m);
    expect(stdout).not.toMatch(/^complete\t/m);
    expect(await candidates("ce")).toEqual(["certs", ":4"]);
    expect(await candidates("certs", "")).toEqual([
      ...["status", "renew", "use", "trust", "help", ":4"],
    ]);
  });

  test.each([
    [
      "choices of an option",
      ["test", "-o", ""],
      [
        "table",
        "json",
        "yaml",
        "junit",
        "sarif",
        "github",
        "jsonpath=",
        "jsonpath-file=",
        "custom-columns=",
        "custom-columns-file=",
        "go-template=",
        "go-template-file=",
      ],
    ],
    [
      "with an equals sign",
      ["test", "--output=j"],
      ["json", "junit", "jsonpath=", "jsonpath-file="],
    ],
    ["choices of an argument", ["completion", "f"], ["fish"]],
    ["checks of the doctor", ["doctor", "--check", "re"], ["replicas", "references"]],
    ["options after a hyphen", ["test", "--su"], ["--suite"]],
    ["options of all commands", ["certs", "use", "--kube"], ["--kubeconfig"]],
    ["a command after options of its own", ["-n", "shop", "-A", "statu"], ["status"]],
    ["options after others, in any form", ["--context=a", "test", "-nshop", "--cl"], ["--cluster"]],
    ["a short option as it is", ["test", "-f"], ["-f"]],
    ["an option that can be given again", ["test", "-f", "a", "--fi"], ["--filename"]],
    ["one that takes one value each time", ["doctor", "--check", "policy", "--ch"], ["--check"]],
    ["no option that was given", ["test", "--cluster", "--clu"], []],
    ["no option after --", ["test", "--", "--clu"], []],
    ["no option where a value is due", ["test", "-o", "--clu"], []],
    ["nothing that is free text", ["test", "-n", "5"], []],
    ["nothing of a command that there is not", ["nothing", "te"], []],
  ])("%s", async (_what, words, expected) => {
    expect(await candidates(...words)).toEqual([...expected, ":4"]);
  });

  test.each([
    ["files for options", ["test", "-f", ""]],
    ["more of them", ["test", "-f", "a.yaml", "b"]],
    ["also after an equals sign", ["test", "--junit=re"]],
    ["for a path of a repository", ["lint", "po"]],
    ["files for arguments", ["convert", "web"]],
    ["stdin is one of them", ["test", "-f", "-", "x"]],
    ["folders", ["convert", "--output-dir", ""]],
  ])("%s", async (_what, words) => {
    expect(await candidates(...words)).toEqual([":0"]);
  });

  test("contexts are those of the kubeconfig, and a cluster that is away has no names", async () => {
    const kubeconfig = join(folder, "kubeconfig");
    const cluster = { server: "https://127.0.0.1:1" };
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        clusters: [{ name: "away", cluster }],
        contexts: ["test", "prod"].map(name => ({ name, context: { cluster: "away" } })),
        "current-context": "test",
      }),
    );
    const options = ["--kubeconfig", kubeconfig];
    expect(await candidates(...options, "status", "--context", "")).toEqual([
      ...["test", "prod"],
      ":4",
    ]);
    expect(await candidates("status", ...options, "-n", "")).toEqual([":4"]);
    expect(await candidates("status", "--kubeconfig", "/none", "--context", "")).toEqual([":4"]);
  });

  test("the word at the cursor can be passed by name", async () => {
    const { stdout } = await gmsa(["complete", "--current=", "--", "test", "-o"]);
    expect(stdout).toBe(
      "table\njson\nyaml\njunit\nsarif\ngithub\njsonpath=\njsonpath-file=\ncustom-columns=\ncustom-columns-file=\ngo-template=\ngo-template-file=\n:4\n",
    );
  });

  test("kubectl gets them from kubectl_complete-gmsa", () => {
    const { status, stdout } = inPath.run("kubectl_complete-gmsa", ["test", "--output", "ju"]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "junit\n:4\n" });
  });
});

test("a shell that is not known is wrong usage", async () => {
  const result = await gmsa(["completion", "tcsh"]);
  expect(result).toMatchObject({ code: 2, stdout: "" });
  expect(result.stderr).toContain("Allowed choices are bash, zsh, fish, powershell.");
});

/** A single word that a shell must not execute. */
function trap(): { word: string; file: string } {
  const file = join(folder, "trapped");
  return { word: `$(touch ${file})`, file };
}

describe("bash", () => {
  test("bash completes without running anything on the line", () => {
    const { word, file } = trap();
    const lines: [string, string][] = [
      ["gmsa\tte", "test|no"],
      [
        "gmsa\ttest\t-o\t",
        "table json yaml junit sarif github jsonpath= jsonpath-file= custom-columns= custom-columns-file= go-template= go-template-file=|no",
      ],
      ["gmsa\ttest\t--output\t=\tju", "junit|no"],
      [
        "gmsa\ttest\t--output\t=",
        "table json yaml junit sarif github jsonpath= jsonpath-file= custom-columns= custom-columns-file= go-template= go-template-file=|no",
      ],
      ["gmsa\ttest\t-f\tpo", "|yes"],
      ["gmsa\ttest\t-n\tx", "|no"],
      [`gmsa\ttest\t-f\t${word}\t--su`, "--suite|no"],
    ];
    const stdin = lines.map(([line]) => `${line}\n`).join("");
    const { stdout, stderr } = inPath.run("bash", ["--norc", "-c", BASH], { stdin });
    expect({ stderr, stdout: stdout.trimEnd().split("\n") }).toEqual({
      stderr: "",
      stdout: lines.map(([, expected]) => expected),
    });
    expect(existsSync(file)).toBe(false);
  });
});

(hasShell("fish") ? describe : describe.skip)("fish", () => {
  test("fish completes without running anything on the line", () => {
    const { word, file } = trap();
    const lines: [string, string][] = [
      ["gmsa te", "test"],
      [
        "gmsa test -o ",
        "custom-columns-file= custom-columns= github go-template-file= go-template= json jsonpath-file= jsonpath= junit sarif table yaml",
      ],
      ["gmsa test --output=ju", "--output=junit"],
      ["gmsa test -f po", "pods.yaml"],
      ["gmsa test --junit=po", "--junit=pods.yaml"],
      ["gmsa test -n x", ""],
      [`gmsa test -f '${word}' --su`, "--suite"],
    ];
    const stdin = lines.map(([line]) => `${line}\n`).join("");
    const { stdout } = inPath.run("fish", ["--no-config", "-c", FISH], { stdin, cwd: folder });
    expect(stdout.split("\n").slice(0, -1)).toEqual(lines.map(([, expected]) => expected));
    expect(existsSync(file)).toBe(false);
  });
});

(hasShell("zsh") ? describe : describe.skip)("zsh", () => {
  test("zsh completes without running anything on the line", () => {
    const { word, file } = trap();
    const lines: [string, string][] = [
      ["gmsa te", "gmsa test "],
      ["gmsa test -o ju", "gmsa test -o junit "],
      ["gmsa test --output=ju", "gmsa test --output=junit "],
      ["gmsa test -f po", "gmsa test -f pods.yaml"],
      ["gmsa certs us", "gmsa certs use "],
      [`gmsa test -f '${word}' --su`, "--suite "],
    ];
    const stdin = lines.map(([line, expected]) => `${line}\t${expected}\n`).join("");
    const { stdout } = inPath.run("zsh", ["-f", "-c", ZSH], { stdin, cwd: folder });
    expect(stdout.trimEnd().split("\n")).toEqual(lines.map(() => "ok"));
    expect(existsSync(file)).toBe(false);
  });
});
