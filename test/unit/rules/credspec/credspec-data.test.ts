/** Which values of ConfigMaps and Secrets are reported, one condition at a time. */
import { checkCredspecData } from "../../../../rules/credspec/credspec-data";

const TEXT = JSON.stringify({ CmsPlugins: ["ActiveDirectory"], DomainJoinConfig: {} });
/** Characters; a longer text is not read. */
const LONGEST = 256 * 1024;
const base64 = (text: string): string => Buffer.from(text).toString("base64");

function pathsIn(kind: string, entries: object, apiVersion = "v1"): unknown[] {
  return checkCredspecData({ apiVersion, kind, ...entries }).map(({ places }) => places[0]?.path);
}

test("each is information about one key", () => {
  const object = { apiVersion: "v1", kind: "ConfigMap", data: { "a.json": TEXT, b: "x" } };
  expect(checkCredspecData(object)).toEqual([
    {
      level: "information",
      reason: "credspec data",
      places: [{ path: ["data", "a.json"], text: 'data["a.json"]' }],
      problem: "this is the JSON of a credential spec, but Pods cannot use it from a ConfigMap",
      remedy:
        "Run `gmsa convert` to convert it to a GMSACredentialSpec, unless another program reads it here.",
    },
  ]);
});

test.each<[string, object, unknown[]]>([
  ["ConfigMap", { data: { a: TEXT, b: base64(TEXT) } }, [["data", "a"]]],
  ["ConfigMap", { binaryData: { a: TEXT, b: base64(TEXT) } }, [["binaryData", "b"]]],
  ["Secret", { data: { a: TEXT, b: base64(TEXT) } }, [["data", "b"]]],
  ["Secret", { stringData: { a: TEXT, b: base64(TEXT) } }, [["stringData", "a"]]],
  [
    "Secret",
    { data: { a: base64(TEXT), b: base64(`\uFEFF${TEXT}`) }, stringData: { c: TEXT } },
    [
      ["data", "a"],
      ["data", "b"],
      ["stringData", "c"],
    ],
  ],
  ["Pod", { data: { a: TEXT } }, []],
  ["ConfigMap", {}, []],
  ["ConfigMap", { data: null, binaryData: "text" }, []],
  ["ConfigMap", { data: { a: null, b: 1, c: [TEXT], d: { CmsPlugins: [] } } }, []],
])("of a %s with %j", (kind, entries, paths) => {
  expect(pathsIn(kind, entries)).toEqual(paths);
});

test("an object of another group is not one of ours", () => {
  expect(pathsIn("ConfigMap", { data: { a: TEXT } }, "example.com/v1")).toEqual([]);
});

test.each([
  "",
  "text",
  "null",
  `[${TEXT}]`,
  `${TEXT},`,
  '"CmsPlugins"',
  '{"CmsPlugins":[]}',
  '{"CmsPlugins":[],"Other":{}}',
  '{"DomainJoinConfig":{},"ActiveDirectoryConfig":{}}',
])("%s is not a credential spec", text => {
  expect(pathsIn("ConfigMap", { data: { a: text } })).toEqual([]);
});

test("a text is read up to a length that no credential spec has", () => {
  expect(pathsIn("ConfigMap", { data: { a: TEXT.padEnd(LONGEST) } })).toEqual([["data", "a"]]);
  expect(pathsIn("ConfigMap", { data: { a: TEXT.padEnd(LONGEST + 1) } })).toEqual([]);
});
