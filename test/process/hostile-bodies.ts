/** Bodies that are designed to use much memory or time, each with its expected answer. */
import { good } from "./malformed-requests";

const MB = 1_000_000;

/** The expected answer: an HTTP status, and a part of the text. */
export interface Due {
  status: number;
  says: string;
}

/** Creates a body of about this many bytes. */
export interface Hostile {
  what: string;
  body: (bytes: number) => string;
  due: Due;
}

/** The answer to the valid review. Values that the webhook drops do not change it. */
export const REFUSED: Due = {
  status: 200,
  says: '"reason":"NotAuthorized"',
};

/** Expected answer for many requests at once: a refusal, even if the cluster did not answer in time. */
export const REFUSED_ANYHOW: Due = { status: 200, says: '"allowed":false' };

const MARK = '"MARK"';

/** The valid review, with this text as the value of a field of its object. */
function withField(path: string, text: string): string {
  const fields = path.split(".");
  const value = fields.reduceRight<unknown>((inner, field) => ({ [field]: inner }), "MARK");
  return withObject(value as object, text);
}

function withObject(more: { metadata?: object; spec?: object }, text: string): string {
  const object = good.request.object as { metadata: object; spec: object };
  const merged = {
    ...object,
    metadata: { ...object.metadata, ...more.metadata },
    spec: { ...object.spec, ...more.spec },
  };
  const review = { ...good, request: { ...good.request, object: merged } };
  return JSON.stringify(review).replace(MARK, () => text);
}

function deep(open: string, inner: string, close: string, bytes: number): string {
  const depth = Math.floor(bytes / (open.length + close.length));
  return open.repeat(depth) + inner + close.repeat(depth);
}

function wide(member: string, bytes: number): string {
  return `[${`${member},`.repeat(Math.floor(bytes / (member.length + 1)))}${member}]`;
}

function distinctKeys(bytes: number): string {
  const count = Math.floor(bytes / 14);
  const members = Array.from({ length: count }, (_, at) => `"k${1_000_000 + at}":""`);
  return `{${members.join(",")}}`;
}

function tooDeep(field: string): Due {
  return { status: 413, says: `request.object.${field} is nested more than 256 levels deep` };
}

function tooMany(field: string): Due {
  return {
    status: 413,
    says: `request.object.${field} is too large: the object has more than 100000 values`,
  };
}

/**
 * These values are not kept: they do not wait for a turn, and the answer is that of the valid
 * review.
 */
const DROPPED: Hostile[] = [
  {
    what: "managedFields as wide as they are long",
    body: bytes => withField("metadata.managedFields", wide("[]", bytes)),
    due: REFUSED,
  },
  {
    what: "a long text in an annotation",
    body: bytes => withField("metadata.annotations.note", `"${"x".repeat(bytes)}"`),
    due: REFUSED,
  },
  {
    what: "a text of escapes alone",
    body: bytes => withField("metadata.annotations.note", `"${"\\u003c".repeat(bytes / 6)}"`),
    due: REFUSED,
  },
  {
    what: "a number of digits without end",
    body: bytes => withField("metadata.labels", "1".repeat(bytes)),
    due: REFUSED,
  },
  {
    what: "annotations with very many keys",
    body: bytes => withField("metadata.annotations", distinctKeys(bytes)),
    due: REFUSED,
  },
];

const TOO_DEEP: Hostile[] = [
  {
    what: "managedFields of lists within lists",
    body: bytes => withField("metadata.managedFields", deep("[", "", "]", bytes)),
    due: tooDeep("metadata.managedFields"),
  },
  {
    what: "containers of lists within lists",
    body: bytes => withField("spec.containers", deep("[", "", "]", bytes)),
    due: tooDeep("spec.containers"),
  },
  {
    what: "containers of objects within objects",
    body: bytes => withField("spec.containers", deep('{"securityContext":', "1", "}", bytes)),
    due: tooDeep("spec.containers.securityContext"),
  },
];

/** These values are kept, and some of them have to wait for a turn. */
const KEPT: Hostile[] = [
  {
    what: "contents of one long text",
    body: bytes =>
      withField(
        "spec.securityContext.windowsOptions",
        `{"gmsaCredentialSpecName":"webapp1","gmsaCredentialSpec":"${"x".repeat(bytes)}"}`,
      ),
    due: REFUSED,
  },
  {
    what: "a key without end",
    body: bytes => withField("metadata.annotations", `{"${"k".repeat(bytes)}":""}`),
    due: REFUSED,
  },
];

const TOO_MANY: Hostile[] = [
  {
    what: "containers as wide as they are long",
    body: bytes => withField("spec.containers", wide("{}", bytes)),
    due: tooMany("spec.containers"),
  },
  {
    what: "a node selector with very many keys",
    body: bytes => withField("spec.nodeSelector", distinctKeys(bytes)),
    due: tooMany("spec.nodeSelector"),
  },
];

const NAMING = '{"securityContext":{"windowsOptions":{"gmsaCredentialSpecName":"webapp1"}}}';

/** The valid review with this number of containers that name one of 32 credential specs. */
export function manyPlaces(count: number): string {
  const containers = Array.from({ length: count }, (_, index) => ({
    ...{ name: `c${index}`, image: "image", terminationMessagePath: "/dev/termination-log" },
    securityContext: { windowsOptions: { gmsaCredentialSpecName: `w${index % 32}` } },
  }));
  return withField("spec.containers", JSON.stringify(containers));
}

/** The valid review of a Pod of 3 MB that Go writes as 18 MB, all in one dropped value. */
export function manyEscapes(): string {
  const value = "\\u003c".repeat(3 * MB);
  return withField("spec.containers", `[{"name":"c","env":[{"name":"A","value":"${value}"}]}]`);
}

/** Each body alone: 8 MB, or 4 million levels. */
export const ALONE: Hostile[] = [
  ...[...DROPPED, ...TOO_DEEP, ...KEPT, ...TOO_MANY].map(hostile => ({
    ...hostile,
    body: () => hostile.body(8 * MB),
  })),
  {
    what: "20,000 containers that name a credential spec, about as many as are let in",
    body: () => withField("spec.containers", wide(NAMING, 20_000 * (NAMING.length + 1))),
    due: REFUSED,
  },
];

/** Just below the size that waits for a turn: only this size limits the memory of many of them. */
const BELOW_TURNS = 120_000;

export function belowTurns(): string {
  return KEPT[0]?.body(BELOW_TURNS) ?? "";
}

/** 500 requests to send at once, alternating between all kinds. */
export function manyAtOnce(): { body: string; due: Due }[] {
  const sized: [hostiles: Hostile[], bytes: number][] = [
    [DROPPED, MB / 16],
    [TOO_DEEP, MB / 16],
    [KEPT, BELOW_TURNS],
    [KEPT, MB / 4],
    [TOO_MANY, 2 * MB],
  ];
  const kinds = sized.flatMap(([hostiles, bytes]) =>
    hostiles.map(({ body, due }) => ({
      body: body(bytes),
      due: due === REFUSED ? REFUSED_ANYHOW : due,
    })),
  );
  return Array.from({ length: 500 }, (_, at) => kinds[at % kinds.length]).flatMap(
    kind => kind ?? [],
  );
}
