import { canonicalJson } from "../../../../rules/credspec/canonical-json";
import { compareContents } from "../../../../rules/credspec/contents";
import type { Credspec } from "../../../../rules/credspec/contents";
import type { JsonObject } from "../../../../rules/json-object";

function credspec(value: JsonObject): Credspec {
  return { value, contents: canonicalJson(value) };
}

describe("compareContents", () => {
  test.each([
    ["the canonical contents", '{"a":"x"}', "equal"],
    ["white space", ' {\n"a" : "x"}\t', "equal"],
    ["an escape for the same character", '{"\\u0061":"\\u0078"}', "equal"],
    ["another value", '{"a":"y"}', "different"],
    ["a member more", '{"a":"x","b":"x"}', "different"],
    ["a member less", "{}", "different"],
    ["a key in another case, which Go would take for the same", '{"A":"x"}', "different"],
    ["the same key twice, the right one last", '{"a":"y","a":"x"}', "duplicate keys"],
    ["the same key twice, with the same value", '{"a":"x","a":"x"}', "duplicate keys"],
    ["the same key twice, once escaped", '{"\\u0061":"y","a":"x"}', "duplicate keys"],
    ["__proto__ beside the right members", '{"a":"x","__proto__":{}}', "different"],
    ["nothing", "", "not JSON"],
    ["something behind the object", '{"a":"x"} {}', "not JSON"],
    ["a text", '"{}"', "not an object"],
    ["an array", '[{"a":"x"}]', "not an object"],
    ["null", "null", "not an object"],
    ["a number", "1", "not an object"],
  ])("%s is %s", (_what, contents, verdict) => {
    expect(compareContents(contents, credspec({ a: "x" }))).toBe(verdict);
  });

  test.each([
    ["colons and quotes inside of strings are no keys", { a: 'b:"c":\\', d: ["e:f"] }],
    ["keys are counted at every depth", { a: { b: [{ c: { d: [] } }, {}] }, e: [[{ f: null }]] }],
  ])("%s", (_what, value) => {
    expect(compareContents(JSON.stringify(value, null, 2), credspec(value))).toBe("equal");
  });

  test("a duplicate deep inside is found", () => {
    const value = { a: { b: [{ c: { d: "right" } }] } };
    const contents = '{"a":{"b":[{"c":{"d":"wrong","d":"right"}}]}}';
    expect(compareContents(contents, credspec(value))).toBe("duplicate keys");
  });

  test("nesting of any depth is compared without exhausting the stack", () => {
    const contents = `{"a":${"[".repeat(32_000)}${"]".repeat(32_000)}}`;
    expect(compareContents(contents, credspec({ a: [] }))).toBe("different");
  });
});
