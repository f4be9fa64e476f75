import { endOfRemoval, fixUnder, keyFix, valueFix, withFixes } from "../../../rules/fix";
import type { FieldPath, Fix } from "../../../rules/problem";

const move = (path: FieldPath, to: FieldPath): Fix => ({ path, edit: { kind: "move", to } });
const remove = (path: FieldPath): Fix => ({ path, edit: { kind: "remove" } });

test.each<[string, object, Fix[], object | undefined]>([
  ["none", { a: 1 }, [], { a: 1 }],
  ["a value", { a: { b: "x" } }, [valueFix(["a", "b"], "y")], { a: { b: "y" } }],
  ["a value in a list", { a: ["x", "y"] }, [valueFix(["a", 1], "z")], { a: ["x", "z"] }],
  [
    "a number that must be a text",
    { a: 7 },
    [{ path: ["a"], edit: { kind: "quote", to: "7" } }],
    { a: "7" },
  ],
  ["a value that is absent", { a: {} }, [valueFix(["a", "b"], "y")], undefined],
  ["a value in a text", { a: "x" }, [valueFix(["a", "length"], "y")], undefined],
  ["a value in what is absent", {}, [valueFix(["a", "b"], "y")], undefined],
  ["a value in null", { a: null }, [valueFix(["a", "b"], "y")], undefined],
  ["a value past the end of a list", { a: ["x"] }, [valueFix(["a", 1], "y")], undefined],
  ["the value as a whole", { a: "x" }, [valueFix([], "y")], undefined],
  ["a key", { a: { b: 1, c: 2 } }, [keyFix(["a", "b"], "d")], { a: { d: 1, c: 2 } }],
  ["a key, to one that is there", { a: { b: 1, c: 2 } }, [keyFix(["a", "b"], "c")], undefined],
  ["a key that is absent", { a: {} }, [keyFix(["a", "b"], "c")], undefined],
  ["a key of a list", { a: ["x"] }, [keyFix(["a", 0], "b")], undefined],
  ["a place", { a: { b: 1, c: 2 } }, [move(["a", "b"], ["d", "e"])], { a: { c: 2 }, d: { e: 1 } }],
  [
    "a place in what is there",
    { a: { b: 1 }, d: { f: 2 } },
    [move(["a", "b"], ["d", "e"])],
    { d: { f: 2, e: 1 } },
  ],
  ["a place, to a deep one", { a: 1 }, [move(["a"], ["d", "e", "f"])], { d: { e: { f: 1 } } }],
  ["a place, to one that is taken", { a: 1, d: { e: 2 } }, [move(["a"], ["d", "e"])], undefined],
  ["a place, to one in a text", { a: 1, d: "x" }, [move(["a"], ["d", "e"])], undefined],
  ["a place, to one deep in a text", { a: 1, d: "x" }, [move(["a"], ["d", "e", "f"])], undefined],
  ["a place, to one in null", { a: 1, d: null }, [move(["a"], ["d", "e"])], undefined],
  ["a place, to one in a list", { a: 1, d: [] }, [move(["a"], ["d", 0])], undefined],
  ["a place, to none", { a: 1 }, [move(["a"], [])], undefined],
  ["one field less", { a: 1, b: 2 }, [remove(["a"])], { b: 2 }],
  ["the only field less", { a: 1 }, [remove(["a"])], {}],
  [
    "parents less that would be empty",
    { a: { b: { c: 1 } }, d: 2 },
    [remove(["a", "b", "c"])],
    { d: 2 },
  ],
  ["one of two fields less", { a: { b: 1, c: 2 } }, [remove(["a", "b"])], { a: { c: 2 } }],
  [
    "the only field of a member of a list less",
    { a: [{ b: 1 }, { b: 2 }] },
    [remove(["a", 0, "b"])],
    { a: [{}, { b: 2 }] },
  ],
  ["a field less that is absent", { a: {} }, [remove(["a", "b"])], undefined],
  ["two of them", { a: "x", b: 1 }, [valueFix(["a"], "y"), keyFix(["b"], "c")], { a: "y", c: 1 }],
  [
    "one that fits, and one that does not",
    { a: "x" },
    [valueFix(["a"], "y"), remove(["b"])],
    undefined,
  ],
])("corrects %s", (_, before, fixes, after) => {
  const copy = structuredClone(before);
  expect(withFixes(before, fixes)).toEqual(after);
  expect(before).toEqual(copy);
});

test.each<[FieldPath, FieldPath]>([
  [["a", "b", "c"], ["a"]],
  [
    ["d", 0],
    ["d", 0],
  ],
  [
    ["d", 0, "e"],
    ["d", 0, "e"],
  ],
  [
    ["f", "g"],
    ["f", "g"],
  ],
])("the field at %j goes with %j", (path, end) => {
  const root = { a: { b: { c: 1 } }, d: [{ e: 1 }], f: { g: 1, h: 2 } };
  expect(endOfRemoval(root, path)).toEqual(end);
});

test("a correction under a field has its path before both of its own", () => {
  expect(fixUnder(["x", 0], valueFix(["a"], "b"))).toEqual(valueFix(["x", 0, "a"], "b"));
  expect(fixUnder(["x"], move(["a"], ["b"]))).toEqual(move(["x", "a"], ["x", "b"]));
});
