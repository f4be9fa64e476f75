import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { canonicalJson } from "../../../../../rules/credspec/canonical-json";
import { checkCredspec } from "../../../../../rules/credspec/checks/check-credspec";
import { credspecSentence, fieldOf } from "../../../../../rules/problem";
import { ACCOUNTS, keysOf as keysOfPath } from "../../../../../rules/credspec/checks/fields";
import { KNOWN_KEYS } from "../../../../../rules/credspec/checks/schema";
import { MAX_CONTENTS_BYTES } from "../../../../../rules/credspec/checks/size";
import { credspecCases, credspecOf } from "../../../../fixtures/credspec-case";

const cases = credspecCases();

const WHOLE = [{ path: ["credspec"], text: "credspec" }];

describe("a credspec", () => {
  test.each(cases)("$name", ({ credspec, findings }) => {
    const found = checkCredspec(credspec).map(finding => ({
      level: finding.level,
      field: finding.places.map(({ path }) => fieldOf(path)).join(),
      sentence: credspecSentence(finding),
    }));
    expect(found).toEqual(findings);
  });

  test("errors come before warnings", () => {
    const levels = checkCredspec({
      Comment: "x",
      DomainJoinConfig: { DnsName: "CONTOSO" },
    }).map(({ level }) => level);
    expect(new Set(levels)).toEqual(new Set(["error", "warning"]));
    expect(levels).toEqual([...levels].sort());
  });

  test.each([undefined, 1, true, "x"])("%p is no object", credspec => {
    expect(checkCredspec(credspec)).toEqual([
      expect.objectContaining({ level: "error", places: WHOLE, expected: "an object" }),
    ]);
  });

  test("the checked object is not changed", () => {
    const credspec = credspecOf("type-name-number");
    const before = structuredClone(credspec);
    checkCredspec(credspec);
    expect(credspec).toEqual(before);
  });
});

describe("secrets", () => {
  test("no finding shows a plug-in's input", () => {
    const inputs = cases.flatMap(({ credspec }) => {
      const input = (credspec as Shape | null)?.ActiveDirectoryConfig?.HostAccountConfig
        ?.PluginInput;
      return typeof input === "string" ? { credspec, input } : [];
    });
    expect(inputs.length).toBeGreaterThan(8);
    for (const { credspec, input } of inputs) {
      expect(checkCredspec(credspec).map(credspecSentence).join("\n")).not.toContain(input);
    }
  });

  test("no finding shows a secret in a text that should be an object", () => {
    const text = JSON.stringify(credspecOf("plugin-input-password"));
    expect(checkCredspec(text).map(credspecSentence).join("\n")).not.toContain("Winter2024");
  });

  test("no finding shows a secret that is not a text", () => {
    const [finding] = checkCredspec({
      ActiveDirectoryConfig: { HostAccountConfig: { PluginInput: 20241122 } },
    });
    expect(finding).toMatchObject({ found: "a number", expected: "a text" });
  });
});

describe("size", () => {
  test("64 KiB of canonical JSON are allowed, and one byte more is not", () => {
    const filled = (bytes: number): unknown => {
      const credspec = structuredClone(credspecOf("joined")) as { CmsPlugins: string[] };
      credspec.CmsPlugins.push("");
      const rest = bytes - Buffer.byteLength(canonicalJson(credspec));
      credspec.CmsPlugins[1] = "x".repeat(rest);
      return credspec;
    };
    const errorsOf = (credspec: unknown): string[] =>
      checkCredspec(credspec).flatMap(finding =>
        finding.level === "error" ? credspecSentence(finding) : [],
      );
    expect(errorsOf(filled(MAX_CONTENTS_BYTES))).toEqual([]);
    const reasons = checkCredspec(filled(MAX_CONTENTS_BYTES)).map(({ reason }) => reason);
    expect(reasons).toEqual(["cms plugins"]);
    expect(errorsOf(filled(MAX_CONTENTS_BYTES + 1))).toEqual([
      "credspec should be at most 65536 bytes (64 KiB), the limit of the Pod field, but is " +
        "65537 bytes of JSON: remove accounts that the workloads do not need, or create several credential specs",
    ]);
  });

  test("bytes count, not characters", () => {
    const credspec = structuredClone(credspecOf("joined")) as { CmsPlugins: string[] };
    credspec.CmsPlugins.push("ü".repeat(MAX_CONTENTS_BYTES / 2));
    expect(checkCredspec(credspec)[0]).toMatchObject({ level: "error", places: WHOLE });
  });
});

test("the known keys are those of the custom resource definition, in both versions", () => {
  const file = join(__dirname, "../../../../../crds/gmsacredentialspecs.windows.k8s.io.yaml");
  const { spec } = parse(readFileSync(file, "utf8")) as Definition;
  expect(spec.versions).toHaveLength(2);
  for (const { schema } of spec.versions) {
    const credspec = schema.openAPIV3Schema.properties?.["credspec"] ?? {};
    expect(keysOf(credspec, "credspec")).toEqual(
      Object.fromEntries(
        Object.entries(KNOWN_KEYS).map(([path, keys]) => [path, [...keys].sort()]),
      ),
    );
  }
  expect(KNOWN_KEYS).toHaveProperty([keysOfPath(ACCOUNTS)]);
});

interface Shape {
  ActiveDirectoryConfig?: { HostAccountConfig?: { PluginInput?: unknown } | null };
}

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Definition {
  spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
}

function keysOf(schema: Schema, path: string): Record<string, string[]> {
  const { properties = {} } = schema.items ?? schema;
  const keys = Object.keys(properties).sort();
  return Object.assign(
    keys.length === 0 ? {} : { [path]: keys },
    ...keys.map(key => keysOf(properties[key] ?? {}, `${path}.${key}`)),
  ) as Record<string, string[]>;
}
