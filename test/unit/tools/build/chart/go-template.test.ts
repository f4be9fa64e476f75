import { parse } from "yaml";

import { Choice, Expression, renderTemplate } from "../../../../../tools/build/chart/go-template";
import type { NodeMap } from "../../../../../tools/build/chart/go-template";
import { addVariant } from "../../../../../tools/build/chart/variants";

describe("a template", () => {
  test("of plain data is that data, for readers of YAML 1.1 as well", () => {
    const data = { on: "yes", mode: "0644", text: "a\nb\n", list: [{ n: 1 }, []], none: null };
    expect(parse(renderTemplate(data), { version: "1.1" })).toEqual(data);
  });

  test("computes expressions in their places", () => {
    expect(renderTemplate({ a: [new Expression("toJson .Values.a")] })).toBe(
      "a:\n  - {{ toJson .Values.a }}\n",
    );
  });

  test("does not change text that looks like a template", () => {
    expect(renderTemplate({ summary: "{{ $labels.pod }} is down" })).toBe(
      'summary: "{{ "{{" }} $labels.pod }} is down"\n',
    );
  });

  test("has conditional keys, but never on the line of a dash", () => {
    const tree = { list: [{ when: new Choice(".Values.a", "now", "later"), name: "x" }] };
    expect(renderTemplate(tree)).toBe(
      [
        "list:",
        "  - name: x",
        "{{- if .Values.a }}",
        "    when: now",
        "{{- else }}",
        "    when: later",
        "{{- end }}",
        "",
      ].join("\n"),
    );
  });

  test("cannot hold a map that may be empty, which would be null", () => {
    const tree = { map: { key: new Choice(".Values.a", 1) } };
    expect(() => renderTemplate(tree)).toThrow("a map whose keys are all conditional: key");
  });
});

describe("a component", () => {
  const base: NodeMap = { kind: "K", spec: { a: 1, list: [{ name: "x", value: 1 }] } };

  function withComponent(variant: NodeMap, tree = base): NodeMap {
    return addVariant({ base, tree }, variant, "c");
  }

  test("that changes nothing leaves no trace", () => {
    expect(withComponent({ ...base, spec: { ...(base.spec as NodeMap) } })).toEqual(base);
  });

  test.each<[string, NodeMap, NodeMap]>([
    [
      "changes a value deep inside",
      { kind: "K", spec: { a: 2, list: [{ name: "x", value: 1 }] } },
      { kind: "K", spec: { a: new Choice("c", 2, 1), list: [{ name: "x", value: 1 }] } },
    ],
    [
      "changes an item of a list",
      { kind: "K", spec: { a: 1, list: [{ name: "x", value: 2 }] } },
      { kind: "K", spec: { a: 1, list: [{ name: "x", value: new Choice("c", 2, 1) }] } },
    ],
    [
      "makes a list longer",
      { kind: "K", spec: { a: 1, list: [] } },
      { kind: "K", spec: { a: 1, list: new Choice("c", [], [{ name: "x", value: 1 }]) } },
    ],
    ["adds a key", { ...base, data: {} }, { ...base, data: new Choice("c", {}, undefined) }],
    [
      "removes a key",
      { kind: "K" },
      { kind: "K", spec: new Choice("c", undefined, base.spec as NodeMap) },
    ],
    [
      "has no key in common with a map",
      { kind: "K", spec: { b: 1 } },
      { kind: "K", spec: new Choice("c", { b: 1 }, base.spec as NodeMap) },
    ],
  ])("that %s is a condition there", (_, variant, expected) => {
    expect(withComponent(variant)).toEqual(expected);
  });

  test("beside another that changes something else is a condition of its own", () => {
    const first = withComponent({ kind: "K", spec: { ...(base.spec as NodeMap), a: 2 } });
    const both = addVariant({ base, tree: first }, { ...base, data: 1 }, "d");
    expect(both).toEqual({ ...first, data: new Choice("d", 1, undefined) });
  });

  test("that changes the same field as another one is refused", () => {
    const first = withComponent({ kind: "K", spec: { ...(base.spec as NodeMap), a: 2 } });
    expect(() =>
      withComponent({ kind: "K", spec: { ...(base.spec as NodeMap), a: 3 } }, first),
    ).toThrow("two components change the field a");
  });
});
