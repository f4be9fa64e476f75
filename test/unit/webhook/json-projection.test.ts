import * as fc from "fast-check";

import { wantedFields } from "../../../webhook/json-fields";
import {
  JsonProjection,
  type JsonLimits,
  type JsonProblem,
} from "../../../webhook/json-projection";
import { KEPT_OF_REVIEW, type KeptFields } from "../../../webhook/kept-fields";
import { viewOf } from "../../../rules/pod/view";

const LIMITS: JsonLimits = { depth: 64, keptBytes: 1_000_000, keptValues: 1000 };
const ALL: KeptFields = { all: true };
const KEPT: KeptFields = {
  a: { b: { c: {} } },
  all: true,
  dropped: false,
  "own/*": {},
  "*.end/1": {},
  "a*a": {},
};

/** Parses a text in chunks of this many bytes. */
function read(
  text: string | Buffer,
  {
    kept = KEPT,
    size = 7,
    limits = LIMITS,
  }: { kept?: KeptFields; size?: number; limits?: JsonLimits } = {},
): string | JsonProblem {
  const reader = new JsonProjection(wantedFields(kept), limits);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    const problem = reader.write(bytes.subarray(at, at + size));
    if (problem !== undefined) return problem;
  }
  return reader.end();
}

function parsed(text: string, kept: KeptFields = KEPT): unknown {
  const projected = read(text, { kept });
  return typeof projected === "string" ? JSON.parse(projected) : projected;
}

describe("fields", () => {
  test.each([
    ['{"a":{"b":{"c":1,"x":2},"y":[{}]},"z":null}', { a: { b: { c: 1 } } }],
    ['{"x":1,"a":2,"y":3}', { a: 2 }],
    ['{"x":{"a":1},"y":[1,{"a":2}]}', {}],
    ['{"a":[{"b":[{"c":1,"d":2},3]},"text",null]}', { a: [{ b: [{ c: 1 }, 3] }, "text", null] }],
    [
      '{"all":{"x":[1,{"y":"z"}],"":{}},"dropped":{"a":1}}',
      { all: { x: [1, { y: "z" }], "": {} } },
    ],
    ['{"own/1":"a","other/1":"b","own/2":"c"}', { "own/1": "a", "own/2": "c" }],
    ['{"x.end/1":"a",".end/1":"b","end/1":"c","x.end/2":"d"}', { "x.end/1": "a", ".end/1": "b" }],
    ['{"aa":1,"a":2,"aba":3,"ab":4}', { aa: 1, a: 2, aba: 3 }],
    [' \r\n\t{ "x" : 1 , "a" : { } , "all" : [ ] } \n', { a: {}, all: [] }],
    ["[1,2]", [1, 2]],
    ["null", null],
    ["-0.5e+1", -5],
  ])("%s", (text, expected) => {
    for (const size of [1, 2, 3, 1000]) {
      const projected = read(text, { size });
      expect(JSON.parse(projected as string)).toEqual(expected);
    }
  });

  test("keys are compared by their decoded text", () => {
    expect(parsed('{"\\u0061":{"\\u0062":1},"a\\\\":2}')).toEqual({ a: { b: 1 } });
  });

  test.each(['{"a":1,"a":2}', '{"a":1,"x":0,"\\u0061":2}', '{"a":{"b":1,"b":2}}'])(
    "the same wanted key twice is refused: %s",
    text => {
      expect(parsed(text)).toMatchObject({ reason: "duplicate key" });
    },
  );

  test("of other duplicates the last one counts, as in JSON.parse, or none", () => {
    expect(parsed('{"x":1,"x":2,"all":{"k":1,"k":2}}')).toEqual({ all: { k: 2 } });
  });
});

describe("grammar", () => {
  const numbers = [
    "0",
    "-1",
    "1.5",
    "1e5",
    "1E+5",
    "01",
    "-",
    "1.",
    ".5",
    "1e",
    "+1",
    "0x1",
    "1e999",
  ];
  const words = ["true", "false", "null", "tru", "truex", "nul", "True", "nan"];
  const texts = [
    '"\\n"',
    '"\\x"',
    '"\\u12"',
    '"\\uD800"',
    '"\\u00g0"',
    '"a\tb"',
    '"',
    '"\\"',
    '"é€😀"',
  ];
  const structures = [
    "{}",
    "[]",
    "[1,]",
    "[,1]",
    "{,}",
    '{"x":1,}',
    '{"x"}',
    '{"x":}',
    "{1:2}",
    "[1 2]",
  ];
  const ends = ["", " ", "[", "]", "{", "}", "[}", "{]", "[]]", "1 2", "\uFEFF{}", '{"x":[}', "\0"];

  test.each([...numbers, ...words, ...texts, ...structures, ...ends])(
    "%j is what it is to JSON.parse",
    text => {
      const places = [text, `{"all":${text}}`, `{"x":${text}}`, `[${text},0]`];
      for (const place of places) {
        for (const size of [1, 3, 100]) {
          expect(`${place}: ${typeof read(place, { size })}`).toBe(
            `${place}: ${isJson(place) ? "string" : "object"}`,
          );
        }
      }
    },
  );

  test.each([[[0xff]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0xe2, 0x82]], [[0xf0, 0x9f]]])(
    "bytes %j are not text",
    bytes => {
      for (const size of [1, 2, 100]) {
        const text = Buffer.concat([Buffer.from('{"x":"'), Buffer.from(bytes), Buffer.from('"}')]);
        expect(read(text, { size })).toMatchObject({ reason: "not JSON" });
      }
    },
  );

  test("any value passes unchanged, in chunks of any size; a changed byte has the same effect as in JSON.parse", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(20), fc.nat(), fc.nat(127), (json, size, place, byte) => {
        const text = `{"all":${json}}`;
        expect(parsed(text, ALL)).toEqual(JSON.parse(text));
        const changed = Buffer.from(text);
        changed[place % changed.length] = byte;
        const after = changed.toString();
        if (Buffer.compare(Buffer.from(after), changed) !== 0) return;
        const projected = read(after, { kept: { x: true }, size: size + 1 });
        if (typeof projected !== "string" && projected.reason === "duplicate key") return;
        expect(typeof projected === "string").toBe(isJson(after));
      }),
      { numRuns: 300 },
    );
  });

  function isJson(text: string): boolean {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
});

describe("limits", () => {
  test.each([
    ["a", "[".repeat(4_000_000)],
    ["dropped", "[".repeat(4_000_000)],
    ["dropped", '{"a":'.repeat(100_000)],
  ])("depth, in %s", (field, value) => {
    const problem = read(`{"${field}":${value}`, { size: 65_536 });
    expect(problem).toEqual({ reason: "too deep", path: [field] });
  });

  test("nesting up to the limit is accepted", () => {
    expect(typeof read("[".repeat(64) + "]".repeat(64))).toBe("string");
    expect(read("[".repeat(65) + "]".repeat(65))).toMatchObject({ reason: "too deep" });
  });

  test("8 MB of dropped fields do not count towards the limits, wide or long", () => {
    for (const value of [`[${"[],".repeat(2_700_000)}1]`, `"${"x".repeat(8_000_000)}"`]) {
      expect(read(`{"dropped":${value},"a":1}`, { size: 65_536 })).toBe('{"a":1}');
    }
  });

  test("8 MB of kept fields exceed the limit of values, or of bytes", () => {
    const wide = `{"a":{"b":[${"[],".repeat(2_700_000)}1]}}`;
    expect(read(wide, { size: 65_536 })).toEqual({ reason: "too many values", path: ["a", "b"] });
    const long = `{"all":"${"x".repeat(8_000_000)}"}`;
    expect(read(long, { size: 65_536 })).toMatchObject({ reason: "too large" });
  });
});

const ANNOTATIONS: [key: string, value: string][] = [
  ["gmsa.pepr.dev/secure-channel", "true"],
  ["other", "x"],
  ["pod.alpha.windows.kubernetes.io/gmsa-credential-spec-name", "webapp1"],
  ["web.container.alpha.windows.kubernetes.io/gmsa-credential-spec", "{}"],
  ["container.alpha.windows.kubernetes.io/gmsa-credential-spec-name", "webapp2"],
];

describe("an AdmissionReview", () => {
  const windowsOptions = fc.record(
    {
      gmsaCredentialSpecName: fc.string(),
      gmsaCredentialSpec: fc.string(),
      hostProcess: fc.boolean(),
      runAsUserName: fc.string(),
    },
    { requiredKeys: [] },
  );
  const securityContext = fc.record(
    { windowsOptions, runAsNonRoot: fc.boolean() },
    { requiredKeys: [] },
  );
  const container = fc.record(
    {
      name: fc.string(),
      image: fc.string(),
      env: fc.array(fc.record({ name: fc.string(), value: fc.string() }), { maxLength: 2 }),
      restartPolicy: fc.string(),
      lifecycle: fc.constantFrom({}, { postStart: { exec: {} } }, { preStop: {} }),
      securityContext,
    },
    { requiredKeys: ["name"] },
  );
  const containers = fc.array(container, { maxLength: 3 });
  const requirements = fc.array(
    fc.record(
      { key: fc.string(), operator: fc.string(), values: fc.array(fc.string(), { maxLength: 2 }) },
      { requiredKeys: ["key", "operator"] },
    ),
    { maxLength: 2 },
  );
  const nodeSelectorTerms = fc.array(
    fc.record({ matchExpressions: requirements, matchFields: requirements }, { requiredKeys: [] }),
    { maxLength: 2 },
  );
  const nodeAffinity = fc.record(
    {
      requiredDuringSchedulingIgnoredDuringExecution: fc.record(
        { nodeSelectorTerms },
        { requiredKeys: [] },
      ),
      preferredDuringSchedulingIgnoredDuringExecution: fc.constant([{ weight: 1 }]),
    },
    { requiredKeys: [] },
  );
  const pod = fc.record(
    {
      metadata: fc.record(
        {
          name: fc.string(),
          labels: fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }),
          annotations: fc.subarray(ANNOTATIONS).map(entries => Object.fromEntries(entries)),
          ownerReferences: fc.constantFrom(
            [],
            [{ kind: "Job", name: "j", uid: "u", controller: true }],
          ),
          managedFields: fc.array(fc.json(), { maxLength: 2 }),
        },
        { requiredKeys: [] },
      ),
      spec: fc.record(
        {
          containers,
          initContainers: containers,
          ephemeralContainers: containers,
          securityContext,
          serviceAccountName: fc.string(),
          hostname: fc.string(),
          os: fc.constantFrom({}, { name: "windows" }),
          nodeSelector: fc.constantFrom({}, { "kubernetes.io/os": "windows", zone: "a" }),
          nodeName: fc.string(),
          runtimeClassName: fc.constantFrom(null, "windows"),
          affinity: fc.record({ nodeAffinity, podAffinity: fc.object({ maxDepth: 1 }) }),
          volumes: fc.array(fc.object({ maxKeys: 2, maxDepth: 1 }), { maxLength: 2 }),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  );

  test("keeps the fields of any Pod that the rules read", () => {
    fc.assert(
      fc.property(pod, object => {
        const text = JSON.stringify({ request: { object } });
        const { request } = parsed(text, KEPT_OF_REVIEW) as { request: { object: object } };
        const whole = JSON.parse(JSON.stringify(object)) as object;
        expect(viewOf(request.object)).toEqual(viewOf(whole));
      }),
      { numRuns: 300 },
    );
  });
});
