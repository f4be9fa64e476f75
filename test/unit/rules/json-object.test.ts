import { malformationOf, parseObject } from "../../../rules/json-object";

test.each([
  ["", "not JSON"],
  ["file://webapp1.json", "not JSON"],
  ["{'a':1}", "not JSON"],
  ['{"a":1} {"a":1}', "not JSON"],
  ["[]", "not an object"],
  ["null", "not an object"],
  ['"{}"', "not an object"],
  ["7", "not an object"],
  ['{"a":1,"a":1}', "duplicate keys"],
  ['{"a":[{"b":{"c":1,"c":2}}]}', "duplicate keys"],
  ["{}", undefined],
  ['{"a":"b:c","d":{"a":1},"e":[{"a":1},{"a":1}]}', undefined],
  ['{"a\\":":1,"b":"\\"x\\":1"}', undefined],
])("%j: %s", (text, due) => {
  expect(malformationOf(text)).toBe(due);
});

test("an object is returned as it is, also with a key twice", () => {
  expect(parseObject('{"a":[1,{"b":null}]}')).toEqual({ a: [1, { b: null }] });
  expect(parseObject('{"a":1,"a":2}')).toEqual({ a: 2 });
});
