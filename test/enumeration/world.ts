/**
 * A small world of admission requests, every one of it: what each place of a Pod can hold, in each way
 * it can be written, and what updates can make of it. The Go program in this folder puts the same cases
 * together from the same letters.
 */
import type { ObjectLike } from "../../rules/object";

/** A part of an object: fields of its metadata and its spec. Null is no object at all. */
export type Fragment = { metadata?: unknown; spec?: unknown } | null;

/** Requests of one kind: one for each choice of a letter from each alphabet. */
export interface Slice {
  name: string;
  apiVersion: string;
  kind: string;
  resource: string;
  subresource: string;
  operation: "CREATE" | "UPDATE" | "DELETE";
  /** Alphabets of what the object and the old object have in common. */
  shared: readonly string[];
  object: readonly string[];
  oldObject: readonly string[];
  /** Whether what is shown to a webhook always has something to look at. */
  exact: boolean;
}

const RIGHT = '{"ActiveDirectoryConfig":{"GroupManagedServiceAccounts":[{"Name":"a"}]}}';
const WRONG = '{"ActiveDirectoryConfig":{"GroupManagedServiceAccounts":[{"Name":"other"}]}}';

const NOT_SET = Symbol("not set");
type Setting = string | null | typeof NOT_SET;

/** `{windowsOptions: …}` of every pair, without what is not set. */
function security(names: readonly Setting[], contents: readonly Setting[]): unknown[] {
  return names.flatMap(name =>
    contents.map(content => ({
      windowsOptions: {
        ...(name === NOT_SET ? {} : { gmsaCredentialSpecName: name }),
        ...(content === NOT_SET ? {} : { gmsaCredentialSpec: content }),
      },
    })),
  );
}

/** What a place can hold: all that differs for the API server. Undefined is no securityContext. */
const EACH = [undefined, {}, ...security([NOT_SET, "", "a", "b"], [NOT_SET, "", RIGHT, WRONG])];
/** The same, in every way it can be written. */
const SPELLED = [
  undefined,
  null,
  {},
  { windowsOptions: null },
  ...security([NOT_SET, null, "", "a", "b"], [NOT_SET, null, "", RIGHT, WRONG]),
];
const FEW = [undefined, ...security([""], [NOT_SET]), ...security(["a"], [NOT_SET, RIGHT])];
const FEWEST = [undefined, ...security(["a"], [NOT_SET, RIGHT])];
const NAMED = [undefined, ...security(["a", "b"], [NOT_SET])];

type List = "containers" | "initContainers" | "ephemeralContainers";

function holder(fields: object, securityContext: unknown): object {
  return securityContext === undefined ? fields : { ...fields, securityContext };
}

function pods(letters: readonly unknown[]): Fragment[] {
  return letters.map(letter => ({ spec: holder({}, letter) }));
}

/** A list of one container, for each letter. */
function ones(list: List, name: string, letters: readonly unknown[]): Fragment[] {
  return letters.map(letter => ({ spec: { [list]: [holder({ name, image: "i" }, letter)] } }));
}

/** A list of two containers, for each pair of letters. */
function twos(
  list: List,
  [first, second]: readonly [string, string],
  [letters, others]: readonly [readonly unknown[], readonly unknown[]],
): Fragment[] {
  return letters.flatMap(letter =>
    others.map(other => ({
      spec: {
        [list]: [
          holder({ name: first, image: "i" }, letter),
          holder({ name: second, image: "i" }, other),
        ],
      },
    })),
  );
}

const ABSENT: Fragment = { spec: {} };
const APP = ["app", "side"] as const;

function containers(letters: readonly unknown[], others = letters): Fragment[] {
  return [
    ABSENT,
    { spec: { containers: [] } },
    ...ones("containers", "app", letters),
    ...twos("containers", APP, [letters, others]),
  ];
}

/** No list of any kind, and lists of what is hardly a container. */
function emptyLists(list: List): Fragment[] {
  const values = [null, [], [null], [{}], [null, { name: "app", securityContext: null }]];
  return [ABSENT, ...values.map(value => ({ spec: { [list]: value } }))];
}

const ASKED = ["gmsa.pepr.dev/secure-channel", "gmsa.pepr.dev/random-hostname"] as const;

const ANNOTATIONS: Fragment[] = [
  {},
  { metadata: null },
  { metadata: {} },
  { metadata: { annotations: null } },
  { metadata: { annotations: {} } },
  { metadata: { annotations: { "example.com/other": "true" } } },
  ...ASKED.flatMap(key =>
    ["true", null].map(value => ({ metadata: { annotations: { [key]: value } } })),
  ),
];

/**
 * Containers that change places, and lists that share a name. Not two of one name in one list: the API
 * server refuses such a Pod before Validate and the policy are asked.
 */
const MIXED_UP: Fragment[] = [
  ABSENT,
  ...ones("containers", "app", NAMED),
  ...ones("containers", "side", NAMED),
  ...twos("containers", APP, [NAMED, NAMED]),
  ...twos("containers", ["side", "app"], [NAMED, NAMED]),
];

const ODD: Fragment[] = [
  {},
  { spec: null },
  { metadata: null, spec: {} },
  { metadata: { annotations: null, ownerReferences: null }, spec: { containers: null } },
  { spec: { containers: null, initContainers: null, ephemeralContainers: null } },
  { spec: { containers: [], initContainers: [], ephemeralContainers: [] } },
  { spec: { securityContext: null, containers: [null], initContainers: [null] } },
  { metadata: { ownerReferences: [null] }, spec: { os: null, nodeSelector: null, affinity: null } },
  { spec: { affinity: { nodeAffinity: null }, os: {}, nodeSelector: {} } },
  {
    metadata: { ownerReferences: [] },
    spec: { containers: [{ lifecycle: null, securityContext: { windowsOptions: null } }] },
  },
];

/** Templates of workloads: no list or one container, beside what the Pod holds. */
function templates(): object[] {
  const lists: Fragment[] = [...containers(FEW), ...emptyLists("containers")];
  const inits: Fragment[] = [
    ...ones("initContainers", "init", FEW),
    ...emptyLists("initContainers"),
  ];
  return pods(FEW).flatMap(pod =>
    lists.flatMap(list =>
      inits.map(init => ({
        spec: Object.assign({}, pod?.spec, list?.spec, init?.spec) as object,
      })),
    ),
  );
}

const OWNERS = [undefined, null, [], [null], [{ kind: "A", name: "a", controller: true }]];

function workloads(wrap: (template: unknown) => object): Fragment[] {
  const odd = [null, {}, { spec: null }, { metadata: null, spec: {} }];
  return [
    {},
    { spec: null },
    { spec: {} },
    ...[...odd, ...templates()].map(template => ({ spec: wrap(template) })),
  ];
}

const deployments = workloads(template => ({ template }));
const NAMES_ONE = {
  spec: { securityContext: { windowsOptions: { gmsaCredentialSpecName: "a" } } },
};

/** What the letters are called, and what each is. */
export const ALPHABETS: Readonly<Record<string, Fragment[]>> = {
  "Pod, each": pods(EACH),
  "Pod, spelled": pods(SPELLED),
  "Pod, few": pods(FEW),
  "Pod, fewest": pods(FEWEST),
  "containers, each": containers(EACH, FEW),
  "containers, spelled": [
    ...emptyLists("containers"),
    ...ones("containers", "app", SPELLED),
    ...twos("containers", APP, [SPELLED, FEWEST]),
  ],
  "containers, few": containers(FEW),
  "containers, fewest": containers(FEWEST),
  "containers, two of each": twos("containers", APP, [EACH, EACH]),
  "containers, one of each": [
    ABSENT,
    { spec: { containers: [] } },
    ...ones("containers", "app", EACH),
  ],
  "containers, mixed up": MIXED_UP,
  "init, each": [ABSENT, ...ones("initContainers", "init", EACH)],
  "init, spelled": [...emptyLists("initContainers"), ...ones("initContainers", "init", SPELLED)],
  "init, few": [ABSENT, ...ones("initContainers", "init", FEW)],
  "init, fewest": [ABSENT, ...ones("initContainers", "init", FEWEST)],
  "init, mixed up": [ABSENT, ...ones("initContainers", "app", NAMED)],
  "ephemeral, each": [ABSENT, ...ones("ephemeralContainers", "debug", EACH)],
  "ephemeral, spelled": [
    ...emptyLists("ephemeralContainers"),
    ...ones("ephemeralContainers", "debug", SPELLED),
  ],
  "ephemeral, few": [ABSENT, ...ones("ephemeralContainers", "debug", FEW)],
  "ephemeral, fewest": [ABSENT, ...ones("ephemeralContainers", "debug", FEWEST)],
  "ephemeral, one more": [
    ABSENT,
    ...ones("ephemeralContainers", "debug", EACH),
    ...twos("ephemeralContainers", ["debug", "more"], [FEW, EACH]),
  ],
  annotations: ANNOTATIONS,
  "odd Pods": ODD,
  Deployments: deployments,
  "Deployments, some": deployments.filter((_, index) => index < 7 || index % 41 === 0),
  "Deployments of owners": OWNERS.flatMap(owners =>
    [NAMES_ONE, {}].map(template => ({
      metadata: owners === undefined ? {} : { ownerReferences: owners },
      spec: { template },
    })),
  ),
  CronJobs: [
    { spec: { jobTemplate: null } },
    { spec: { jobTemplate: { spec: null } } },
    ...workloads(template => ({ jobTemplate: { spec: { template } } })),
  ],
  credspecs: [undefined, null, {}, { a: 1 }, { a: 2 }, []].map(
    credspec => (credspec === undefined ? {} : { credspec }) as Fragment,
  ),
  nothing: [null],
};

const POD = { apiVersion: "v1", kind: "Pod", resource: "pods", subresource: "" };
const CREATE = { operation: "CREATE", shared: [], oldObject: [], exact: true } as const;
const UPDATE = { operation: "UPDATE", shared: [], exact: true } as const;

const FEWEST_PLACES = ["Pod, fewest", "containers, fewest", "init, fewest", "ephemeral, fewest"];
const MIXED_UP_PLACES = ["containers, mixed up", "init, mixed up"];

function podSlices(): Slice[] {
  /** One place changes from anything to anything, whatever is in the others. */
  const changes = (name: string, place: string, others: readonly string[]): Slice => ({
    ...{ name, ...POD, ...UPDATE, shared: others },
    ...{ object: [place], oldObject: [place] },
  });
  return [
    {
      ...{ name: "new Pods", ...POD, ...CREATE },
      object: ["Pod, each", "containers, each", "init, each", "ephemeral, each"],
    },
    {
      ...{ name: "new Pods, Pod and containers spelled", ...POD, ...CREATE },
      object: ["Pod, spelled", "containers, spelled", "init, few", "ephemeral, few"],
    },
    {
      ...{ name: "new Pods, other lists spelled", ...POD, ...CREATE },
      object: ["Pod, few", "containers, few", "init, spelled", "ephemeral, spelled"],
    },
    {
      // An annotation that is there asks for something, whatever it says.
      ...{ name: "new Pods with annotations", ...POD, ...CREATE, exact: false },
      object: ["annotations", "Pod, each", "containers, few", "init, few", "ephemeral, few"],
    },
    { ...{ name: "odd Pods", ...POD, ...CREATE }, object: ["odd Pods"] },
    {
      ...{ name: "odd changes", ...POD, ...UPDATE },
      ...{ object: ["odd Pods"], oldObject: ["odd Pods"] },
    },
    {
      ...{ name: "any changes", ...POD, ...UPDATE },
      ...{ object: FEWEST_PLACES, oldObject: FEWEST_PLACES },
    },
    changes("changes of the Pod", "Pod, each", FEWEST_PLACES.slice(1)),
    changes("changes of a container", "containers, one of each", [
      ...["Pod, few", "init, few", "ephemeral, few"],
    ]),
    changes("changes of two containers", "containers, two of each", []),
    changes("changes of an init container", "init, each", [
      ...["Pod, fewest", "containers, fewest", "ephemeral, fewest"],
    ]),
    changes("changes of an ephemeral container", "ephemeral, each", FEWEST_PLACES.slice(0, 3)),
    {
      // Another order is shown, and nothing has changed.
      ...{ name: "containers that move", ...POD, ...UPDATE, exact: false },
      ...{ object: MIXED_UP_PLACES, oldObject: MIXED_UP_PLACES },
    },
    {
      // Mutate is shown a place that waited before, too.
      ...{ name: "ephemeral containers", ...POD, ...UPDATE, subresource: "ephemeralcontainers" },
      ...{ exact: false, shared: FEWEST_PLACES.slice(0, 3) },
      ...{ object: ["ephemeral, one more"], oldObject: ["ephemeral, each"] },
    },
  ];
}

function otherSlices(): Slice[] {
  const deployment = {
    ...{ apiVersion: "apps/v1", kind: "Deployment" },
    ...{ resource: "deployments", subresource: "" },
  };
  const cronJob = {
    ...{ apiVersion: "batch/v1", kind: "CronJob", resource: "cronjobs", subresource: "" },
  };
  const credspec = {
    ...{ apiVersion: "windows.k8s.io/v1", kind: "GMSACredentialSpec" },
    ...{ resource: "gmsacredentialspecs", subresource: "" },
  };
  const some = "Deployments, some";
  return [
    { ...{ name: "new Deployments", ...deployment, ...CREATE }, object: ["Deployments"] },
    {
      ...{ name: "changes of Deployments", ...deployment, ...UPDATE, exact: false },
      ...{ object: [some], oldObject: [some] },
    },
    {
      ...{ name: "Deployments of owners", ...deployment, ...CREATE, exact: false },
      object: ["Deployments of owners"],
    },
    { ...{ name: "new CronJobs", ...cronJob, ...CREATE }, object: ["CronJobs"] },
    { ...{ name: "new credspecs", ...credspec, ...CREATE, exact: false }, object: ["credspecs"] },
    {
      ...{ name: "changes of credspecs", ...credspec, ...UPDATE, exact: false },
      ...{ object: ["credspecs"], oldObject: ["credspecs"] },
    },
    {
      ...{ name: "deletions of credspecs", ...credspec, ...UPDATE, operation: "DELETE" },
      ...{ exact: false, object: ["nothing"], oldObject: ["credspecs"] },
    },
  ];
}

/** All of the world. */
export const SLICES: readonly Slice[] = [...podSlices(), ...otherSlices()];

/** A part of it, for conditions that are broken on purpose. */
export const SMALL: readonly Slice[] = [
  ...SLICES.filter(({ name }) => /^odd|credspecs$|^new Deployments$|owners$/.test(name)),
  {
    ...{ name: "some new Pods", ...POD, ...CREATE, exact: false },
    object: ["annotations", ...FEWEST_PLACES],
  },
  {
    ...{ name: "some changes", ...POD, ...UPDATE, shared: ["Pod, fewest"] },
    ...{ object: ["containers, fewest", "init, fewest"] },
    oldObject: ["containers, fewest", "init, fewest"],
  },
  {
    ...{ name: "some changes of the Pod", ...POD, ...UPDATE },
    ...{ object: ["Pod, each"], oldObject: ["Pod, each"] },
  },
  {
    ...{ name: "some containers that move", ...POD, ...UPDATE, exact: false },
    ...{ object: MIXED_UP_PLACES, oldObject: MIXED_UP_PLACES },
  },
  {
    ...{ name: "some ephemeral containers", ...POD, ...UPDATE, subresource: "ephemeralcontainers" },
    ...{ exact: false, shared: ["Pod, fewest"] },
    ...{ object: ["ephemeral, one more"], oldObject: ["ephemeral, few"] },
  },
];

/** The objects of a case. */
export interface Case {
  object?: ObjectLike;
  oldObject?: ObjectLike;
}

/** Puts together the cases of a slice, in their order: the last alphabet turns fastest. */
export function* casesOf(slice: Slice): Generator<Case> {
  for (const shared of choices(slice.shared)) {
    const olds = slice.oldObject.length === 0 ? undefined : [...choices(slice.oldObject)];
    for (const own of choices(slice.object)) {
      const object = compose(slice, [...shared, ...own]);
      if (olds === undefined) {
        yield { object };
        continue;
      }
      for (const old of olds) yield { object, oldObject: compose(slice, [...shared, ...old]) };
    }
  }
}

/** Every choice of one letter from each. */
function* choices(alphabets: readonly string[]): Generator<Fragment[]> {
  const [first, ...rest] = alphabets;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const letter of ALPHABETS[first] ?? []) {
    for (const others of choices(rest)) yield [letter, ...others];
  }
}

function compose(
  { apiVersion, kind }: Slice,
  letters: readonly Fragment[],
): ObjectLike | undefined {
  if (letters.includes(null)) return undefined;
  const [only] = letters;
  if (letters.length === 1) return { apiVersion, kind, ...only } as ObjectLike;
  const object: Record<string, unknown> = { apiVersion, kind };
  for (const letter of letters) {
    for (const [part, fields] of Object.entries(letter ?? {})) {
      object[part] = fields === null ? null : Object.assign({}, object[part], fields as object);
    }
  }
  return object as unknown as ObjectLike;
}
