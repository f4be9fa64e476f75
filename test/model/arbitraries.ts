/** Random requests: Pods with arbitrary values in any place, and a cluster that may match them. */
import * as fc from "fast-check";

import type { Json, ModelCluster } from "./gmsa-model";

/** A request and the cluster that receives it. */
export interface RandomRequest {
  pod: Json;
  /** null for a new Pod. */
  oldPod: Json;
  cluster: ModelCluster;
}

/** Similar names, invalid names, and names with a meaning in JavaScript. */
export const CREDSPEC_NAMES = [
  "webapp1",
  "webapp2",
  "WEBAPP1",
  "webapp1 ",
  "web/app1",
  "..",
  "*",
  "__proto__",
  "constructor",
  "toString",
  "wébapp",
  "w".repeat(253),
];

const KEYS = [
  "CmsPlugins",
  "cmsPlugins",
  "DomainJoinConfig",
  "__proto__",
  "constructor",
  "a:b",
  'quo"te',
  "back\\slash",
  "",
  "\u2028",
  "\ue000",
  "\u{1f511}",
  "2",
  "10",
];

/** Any code point except surrogates. fast-check's "binary" is equivalent, but takes 0.6 s to prepare. */
const codePoint = fc
  .nat(0x10_ffff - 0x800)
  .map(number => String.fromCodePoint(number < 0xd800 ? number : number + 0x800));

/** Unusual text: control characters, HTML, surrogate pairs, right-to-left and combining characters. */
export const strangeText = fc.oneof(
  fc.string({ unit: codePoint, maxLength: 8 }),
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.constantFrom(
    "",
    "<>&\u2028\u2029",
    '\\"',
    "a:b",
    "\u202egmsa",
    "e\u0301",
    "\ufeff",
    "\0",
    "\ufffd",
  ),
);

const { value: jsonValue } = fc.letrec<{ value: Json; object: Json }>(tie => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    strangeText,
    fc.constantFrom<Json>(null, true, false, 0, 1, 42, "5e3"),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc
    .uniqueArray(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), strangeText), tie("value")), {
      maxLength: 4,
      selector: ([key]) => key,
    })
    // Not by assignment, because a key may be __proto__.
    .map(members => Object.fromEntries(members)),
}));

/** An object as decoding a credential spec gives it: without lone surrogates. */
const storedCredspec = fc
  .uniqueArray(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), strangeText), jsonValue), {
    maxLength: 4,
    selector: ([key]) => key,
  })
  .map(members => JSON.stringify(Object.fromEntries(members)));

/** A source of small decisions, which shrinks to "none taken". */
type Choose = (below: number) => number;

/** Writes JSON in one of many forms with the same, or nearly the same, meaning. */
export function writeAs(json: string, choose: Choose, twice: boolean): string {
  const space = (): string => ["", "", " ", "\n", "\t \r\n"][choose(5)] ?? "";
  const write = (value: Json): string => {
    if (typeof value === "string") {
      return writeString(value, choose);
    }
    if (Array.isArray(value)) {
      return `[${space()}${value.map(write).join(`${space()},`)}${space()}]`;
    }
    if (typeof value === "object" && value !== null) {
      const members = Object.entries(value).map(
        ([key, member]) =>
          `${space()}${writeString(key, choose)}${space()}:${space()}${write(member)}`,
      );
      const turned = choose(2) === 1 ? members.reverse() : members;
      const again = twice && turned.length > 0 ? [turned[choose(turned.length)] ?? ""] : [];
      return `{${[...turned, ...again].join(`${space()},`)}${space()}}`;
    }
    return JSON.stringify(value);
  };
  return `${space()}${write(JSON.parse(json) as Json)}${space()}`;
}

function writeString(text: string, choose: Choose): string {
  const units = Array.from({ length: text.length }, (_, at) => {
    const unit = text.charAt(at);
    const plain = JSON.stringify(unit).slice(1, -1);
    const hex = text.charCodeAt(at).toString(16).padStart(4, "0");
    const isHalf = /[\ud800-\udfff]/.test(unit);
    return [isHalf ? unit : plain, `\\u${hex}`, `\\u${hex.toUpperCase()}`][choose(3)] ?? plain;
  });
  return `"${units.join("")}"`;
}

export function chooser(choices: readonly number[]): Choose {
  let at = 0;
  return below => (choices.length === 0 ? 0 : (choices[at++ % choices.length] ?? 0) % below);
}

/** Contents unrelated to the stored ones. */
const unrelatedContents = fc.oneof(
  strangeText,
  jsonValue.map(value => JSON.stringify(value)),
  fc.constantFrom<Json>(
    null,
    "",
    " ",
    "{",
    "{}",
    "[]",
    "null",
    '"x"',
    "{'a':1}",
    "{}{}",
    "\ufeff{}",
    '{"a":1,"a":1}',
  ),
  // As deep and as large as a Pod can be.
  fc.nat(200_000).map(depth => "[".repeat(depth) + "]".repeat(depth)),
  fc.nat(100_000).map(depth => `${'{"CmsPlugins":'.repeat(depth)}1${"}".repeat(depth)}`),
  fc.nat(1_000_000).map(length => `{"CmsPlugins":["${"x".repeat(length)}"]}`),
  fc.nat(1_000_000).map(length => `{${" ".repeat(length)}}`),
  fc.nat(300_000).map(length => `{"CmsPlugins":"${'\\"'.repeat(length)}`),
);

/**
 * Contents for a place that names a credential spec: the stored ones in another spelling, or
 * others.
 */
export function contentsFor(stored: string | null | undefined): fc.Arbitrary<Json | undefined> {
  const absent = fc.constant(undefined);
  if (typeof stored !== "string") {
    return fc.oneof(absent, unrelatedContents);
  }
  const spelled = fc
    .tuple(fc.array(fc.nat(59), { maxLength: 40 }), fc.nat(9))
    .map(([choices, odds]) => writeAs(stored, chooser(choices), odds === 0));
  return fc.oneof(
    { weight: 4, arbitrary: absent },
    { weight: 4, arbitrary: spelled },
    { weight: 2, arbitrary: unrelatedContents },
  );
}

/** The value, null, or nothing, where an object is expected. */
function orNone(arbitrary: fc.Arbitrary<Json>): fc.Arbitrary<Json | undefined> {
  return fc.oneof(
    { weight: 8, arbitrary },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

function objectOf(members: Record<string, Json | undefined>): Json {
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, Json] => member[1] !== undefined),
  );
}

function securityContext(credspecs: ModelCluster["credspecs"]): fc.Arbitrary<Json | undefined> {
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<Json | undefined>(...CREDSPEC_NAMES.slice(0, 2)) },
    {
      weight: 3,
      arbitrary: fc.constantFrom<Json | undefined>(...CREDSPEC_NAMES, null, "", undefined),
    },
    { weight: 1, arbitrary: strangeText },
  );
  const options = name.chain(gmsaCredentialSpecName =>
    contentsFor(
      typeof gmsaCredentialSpecName === "string"
        ? credspecs.get(gmsaCredentialSpecName)
        : undefined,
    ).map(gmsaCredentialSpec =>
      objectOf({ gmsaCredentialSpecName, gmsaCredentialSpec, hostProcess: false }),
    ),
  );
  return orNone(
    orNone(options).map(windowsOptions => objectOf({ windowsOptions, runAsNonRoot: true })),
  );
}

function containers(context: fc.Arbitrary<Json | undefined>): fc.Arbitrary<Json | undefined> {
  // Few names, so that they often repeat between lists, and sometimes within one.
  const container = fc
    .tuple(fc.constantFrom("a", "b", "c", "pod", "__proto__"), context)
    .map(([name, security]) => objectOf({ name, image: "i", securityContext: security }));
  return orNone(fc.array(container, { maxLength: 3 }));
}

/** Around the maximum number of credential specs per Pod. */
const manyContainers = fc.integer({ min: 28, max: 36 }).map(count =>
  Array.from({ length: count }, (_, index) => ({
    name: `many-${index}`,
    image: "i",
    securityContext: {
      windowsOptions: { gmsaCredentialSpecName: index === 0 ? "webapp1" : `n${index}` },
    },
  })),
);

function podOf(credspecs: ModelCluster["credspecs"]): fc.Arbitrary<Json> {
  const context = securityContext(credspecs);
  const list = fc.oneof(
    { weight: 19, arbitrary: containers(context) },
    { weight: 1, arbitrary: manyContainers },
  );
  return fc
    .record({
      name: fc.constantFrom<Json | undefined>("p", "", undefined, null),
      security: context,
      containers: list,
      initContainers: list,
      ephemeralContainers: list,
    })
    .map(({ name, security, ...lists }) => ({
      metadata: objectOf({ name, labels: { "pepr.dev": "ignore" } }),
      spec: objectOf({ serviceAccountName: "web", securityContext: security, ...lists }),
    }));
}

/** The Pod before the request: none, the same, the same without ephemeral containers, or another. */
function before(pod: Json, other: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const { spec, ...rest } = pod as { spec: Record<string, Json> };
  const withoutEphemeral = Object.fromEntries(
    Object.entries(spec).filter(([key]) => key !== "ephemeralContainers"),
  );
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant<Json>(null) },
    { weight: 1, arbitrary: fc.constant(pod) },
    { weight: 2, arbitrary: fc.constant<Json>({ ...rest, spec: withoutEphemeral }) },
    { weight: 2, arbitrary: other },
  );
}

/** A request to a cluster in which some of the named credential specs exist, and some are granted. */
export const randomRequest: fc.Arbitrary<RandomRequest> = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...CREDSPEC_NAMES.slice(1)), fc.option(storedCredspec)),
    storedCredspec,
    fc.subarray(CREDSPEC_NAMES.slice(1)),
    fc.nat(9),
  )
  .chain(([others, first, granted, odds]) => {
    const credspecs = new Map<string, string | null>([
      ["webapp1", first],
      ...Object.entries(others),
    ]);
    const cluster: ModelCluster = {
      credspecs,
      granted: new Set(odds === 0 ? granted : ["webapp1", ...granted]),
      namespace: "team-a",
      account: "web",
    };
    const pod = podOf(credspecs);
    return pod.chain(now => before(now, pod).map(oldPod => ({ pod: now, oldPod, cluster })));
  });

/** Any JSON value that a credential spec may contain. */
export const storedJson = storedCredspec;
