/** `gmsa convert` in both directions, and into files. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { credspecObject } from "../../testbed/objects/credspec-object";
import { credspecCases, credspecOf } from "../fixtures/credspec-case";
import { folderOfEachTest } from "../support/folder-of-test";
import { gmsa } from "../support/gmsa-program";

const JOINED = credspecOf("joined");
const JSON_TEXT = JSON.stringify(JOINED, null, 4);
/** The JSON objects in the corpus that have a part of a credential spec. */
const CONVERTIBLE = credspecCases().filter(
  ({ name }) => !/^(type-credspec-.*|empty|whole-resource)$/.test(name),
);

const folder = folderOfEachTest("gmsa-convert-");

describe("there and back", () => {
  test("no part of any credential spec is lost, and keys keep their order", async () => {
    const [json, yaml, back] = ["json", "yaml", "back"].map(name => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(json);
    for (const { name, credspec } of CONVERTIBLE) {
      writeFileSync(join(json, `${name}.json`), JSON.stringify(credspec));
    }
    await gmsa(["convert", json, "--output-dir", yaml]);
    await gmsa(["convert", yaml, "--to", "json", "--output-dir", back]);
    expect(readdirSync(back)).toHaveLength(CONVERTIBLE.length);
    for (const { name, credspec } of CONVERTIBLE) {
      const text = readFileSync(join(back, `${name}.json`), "utf8");
      expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(credspec));
    }
  });

  test("no digit of a number is lost, nor the order of numeric keys", async () => {
    const text =
      '{"CmsPlugins":["ActiveDirectory"],"z":1.0,"10":12345678901234567890,"2":-0.10e400,"a":[true,null,{}],"":[]}';
    const { stdout: yaml } = await gmsa(["convert", "-", "--name", "x"], { stdin: text });
    const { stdout: json } = await gmsa(["convert", "-", "--to", "json"], { stdin: yaml });
    expect(json.replace(/\s/g, "")).toBe(text);
  });

  test("a duplicate key is not lost but reported as an error", async () => {
    const text = `{"CmsPlugins":["ActiveDirectory"],\n"CmsPlugins":["Other"]}`;
    const { stdout, stderr, code } = await gmsa(["convert", "-", "--name", "x"], { stdin: text });
    expect(code).toBe(1);
    expect(stderr).toContain("stdin: error: a key occurs twice in one object");
    expect(stdout.match(/CmsPlugins/g)).toHaveLength(2);
  });

  test("strings that YAML would read as another type stay strings", async () => {
    const names = [
      ...[
        "1",
        "0x1F",
        "1e3",
        "1_000",
        "12:30:45",
        "2001-01-01",
        "yes",
        "no",
        "on",
        "null",
        "~",
        "",
      ],
      ...[
        "- a",
        "# a",
        "a: b",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a`",
        '"a"',
        "'a'",
        "a\nb\n",
        " a ",
        "<<",
      ],
      ...[
        "{a}",
        "[a]",
        "=",
        "ü",
        "😀",
        "\u0000",
        "\u007f",
        "\u2028",
        "\t",
        "\\",
        "0o17",
        "017",
        ".5",
      ],
    ];
    const credspec = {
      CmsPlugins: ["ActiveDirectory"],
      ActiveDirectoryConfig: {
        GroupManagedServiceAccounts: names.map(Name => ({ Name, Scope: "x" })),
      },
    };
    const { stdout: yaml } = await gmsa(["convert", "-", "--name", "x"], {
      stdin: JSON.stringify(credspec),
    });
    const { stdout: json } = await gmsa(["convert", "-", "--to", "json"], { stdin: yaml });
    expect(JSON.parse(json)).toEqual(credspec);
  });
});

describe("--to json", () => {
  const YAML = join(__dirname, "../../examples/credspec.yaml");

  test("prints JSON that a container runtime reads", async () => {
    const { stdout, code, stderr } = await gmsa(["convert", YAML, "--to", "json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(
      `${JSON.stringify((parse(readFileSync(YAML, "utf8")) as { credspec: unknown }).credspec, null, 2)}\n`,
    );
  });

  test("passes over other objects, and takes Lists", async () => {
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: [
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data: { kind: "x" } },
        credspecObject("webapp1", JOINED),
      ],
    };
    const { stdout } = await gmsa(["convert", "-", "--to", "json"], {
      stdin: JSON.stringify(list),
    });
    expect(JSON.parse(stdout)).toEqual(JOINED);
  });

  test("several need a folder", async () => {
    const one = readFileSync(YAML, "utf8");
    const two = `${one}---\n${one.replace("name: webapp1", "name: webapp2")}`;
    const printed = await gmsa(["convert", "-", "--to", "json"], { stdin: two });
    expect(printed).toMatchObject({ code: 2, stdout: "" });
    const written = await gmsa(["convert", "-", "--to", "json", "--output-dir", folder.path], {
      stdin: two,
    });
    expect(written).toMatchObject({
      code: 0,
      stdout: `${join(folder.path, "webapp1.json")}\n${join(folder.path, "webapp2.json")}\n`,
    });
    expect(readdirSync(folder.path).sort()).toEqual(["webapp1.json", "webapp2.json"]);
  });

  test("an object without a credential spec is an error, and the others are converted", async () => {
    const one = readFileSync(YAML, "utf8");
    const empty =
      "apiVersion: windows.k8s.io/v1\nkind: GMSACredentialSpec\nmetadata:\n  name: empty\n";
    const { code, stdout, stderr } = await gmsa(["convert", "-", "--to", "json"], {
      stdin: `${one}---\n${empty}`,
    });
    expect(code).toBe(1);
    expect(stderr).toContain("stdin: empty: error: credspec should be an object, but is missing");
    expect(JSON.parse(stdout)).toHaveProperty("CmsPlugins");
  });

  test.each([
    [
      "no credspec",
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n",
      "the input does not contain a GMSACred",
    ],
    [
      "two of a name",
      `${readFileSync(YAML, "utf8")}---\n${readFileSync(YAML, "utf8")}`,
      "two cred",
    ],
  ])("%s is refused", async (_, stdin, message) => {
    const result = await gmsa(["convert", "-", "--to", "json"], { stdin });
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain(message);
  });
});

describe("--output-dir", () => {
  test("creates the folder and a file for each, and does not overwrite existing files", async () => {
    const output = join(folder.path, "out/manifests");
    folder.file("a.json", JSON_TEXT);
    folder.file("b.json", JSON_TEXT);
    const args = ["convert", "a.json", "b.json", "--output-dir", output];
    const first = await gmsa(args, { cwd: folder.path });
    expect(first).toMatchObject({
      code: 0,
      stdout: `${join(output, "a.yaml")}\n${join(output, "b.yaml")}\n`,
    });
    expect(await gmsa(args, { cwd: folder.path })).toMatchObject({ code: 0 });

    writeFileSync(join(output, "b.yaml"), "mine");
    rmSync(join(output, "a.yaml"));
    const refused = await gmsa(args, { cwd: folder.path });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(
      `already exist with other contents: ${join(output, "b.yaml")}`,
    );
    expect(readdirSync(output)).toEqual(["b.yaml"]);

    expect(await gmsa([...args, "--overwrite"], { cwd: folder.path })).toMatchObject({ code: 0 });
    expect(parse(readFileSync(join(output, "b.yaml"), "utf8"))).toHaveProperty("credspec", JOINED);
  });
});
