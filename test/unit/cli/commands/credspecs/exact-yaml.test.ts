import { SCALARS, scalarsValue } from "../../../../fixtures/read-by-kubectl";
import { exactCredspecs } from "../../../../../cli/commands/credspecs/exact-yaml";

function credspecOf(yaml: string): string {
  const [json = ""] = exactCredspecs(
    `apiVersion: windows.k8s.io/v1\nkind: GMSACredentialSpec\ncredspec: ${yaml}\n`,
  );
  return json.replace(/\s/g, "");
}

test.each([
  ["numbers of JSON stay as they are written", "[1.0, -0, 1e400, 12345678901234567890]"],
  ["keys of digits stay in their order", '{"b": 1, "2": 1, "1": 1}'],
])("%s", (_, json) => {
  expect(credspecOf(json)).toBe(json.replace(/\s/g, ""));
});

test("numbers in the syntax of YAML are converted to JSON", () => {
  expect(credspecOf("[0x1F, 0o17, +1, .5, 1.]")).toBe("[31,15,1,0.5,1]");
});

test("aliases and merges are followed", () => {
  expect(credspecOf("{a: &a {x: 1.0}, b: *a, c: {<<: *a, z: 2}}")).toBe(
    '{"a":{"x":1.0},"b":{"x":1.0},"c":{"x":1.0,"z":2}}',
  );
});

test("a number that JSON does not have is refused", () => {
  expect(() => credspecOf("[.inf]")).toThrow("not a JSON number: .inf");
});

test("it is formatted as by JSON.stringify", () => {
  const value = { a: [], b: {}, c: [1, { d: "x" }], e: null };
  const [json] = exactCredspecs(JSON.stringify({ kind: "GMSACredentialSpec", credspec: value }));
  expect(json).toBe(JSON.stringify(value, null, 2));
});

test("every scalar is read as by kubectl", () => {
  const lines = SCALARS.map(([text], index) => `  k${index}: ${text}\n`);
  const [json = ""] = exactCredspecs(`kind: GMSACredentialSpec\ncredspec:\n${lines.join("")}`);
  const read = JSON.parse(json.replace("-0,", "0,")) as object;
  // A JSON number stays a number.
  const index = SCALARS.findIndex(([text]) => text === "1e400");
  expect(read).toEqual({ ...scalarsValue(), [`k${index}`]: Infinity });
});

test.each([
  ["0x7FFFFFFFFFFFFFFF", "9223372036854775807"],
  ["-0x8000000000000000", "-9223372036854775808"],
  ["0777777777777777777777", "9223372036854775807"],
  ["9_223_372_036_854_775_807", "9223372036854775807"],
  ["+9223372036854775807", "9223372036854775807"],
  ["12345678901234567890123", "12345678901234567890123"],
])("no digit of %s is lost", (text, digits) => {
  const [json = ""] = exactCredspecs(`kind: GMSACredentialSpec\ncredspec: {k: ${text}}\n`);
  expect(json).toContain(`"k": ${digits}\n`);
});
