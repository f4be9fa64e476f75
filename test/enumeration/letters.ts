/**
 * All values of each place of a Pod, in each spelling, and those of workloads and credential specs.
 * The Go program in this folder builds the same objects from the same letters.
 */

/** A part of an object: fields of its metadata and its spec. Null means that there is no object. */
export type Fragment = { metadata?: unknown; spec?: unknown } | null;

const RIGHT = '{"ActiveDirectoryConfig":{"GroupManagedServiceAccounts":[{"Name":"a"}]}}';
const WRONG = '{"ActiveDirectoryConfig":{"GroupManagedServiceAccounts":[{"Name":"other"}]}}';

const NOT_SET = Symbol("not set");
type Setting = string | null | typeof NOT_SET;

/** `{windowsOptions: …}` for every pair, without fields that are not set. */
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

/** All values of a place that the API server distinguishes. Undefined means no securityContext. */
const EACH = [undefined, {}, ...security([NOT_SET, "", "a", "b"], [NOT_SET, "", RIGHT, WRONG])];
/** The same values in every spelling. */
const SPELLED = [
  undefined,
  null,
  {},
  { windowsOptions: null },
  ...security([NOT_SET, null, "", "a", "b"], [NOT_SET, null, "", RIGHT, WRONG]),
];
/** Values of a place that have different effects if it exists before and after. */
const SOME = [undefined, ...security(["a"], [NOT_SET, RIGHT]), ...security(["b"], [NOT_SET])];
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

/** A list with one container, for each letter. */
function ones(list: List, name: string, letters: readonly unknown[]): Fragment[] {
  return letters.map(letter => ({ spec: { [list]: [holder({ name, image: "i" }, letter)] } }));
}

/** A list with two containers, for each pair of letters. */
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

/** All kinds of empty lists, and lists of nearly empty containers. */
function emptyLists(list: List): Fragment[] {
  const values = [null, [], [null], [{}], [null, { name: "app", securityContext: null }]];
  return [ABSENT, ...values.map(value => ({ spec: { [list]: value } }))];
}

const ASKED = ["gmsa.pepr.dev/secure-channel", "gmsa.pepr.dev/random-hostname"] as const;

const OLD_WAYS = [
  "pod.alpha.windows.kubernetes.io/gmsa-credential-spec-name",
  "app.container.alpha.windows.kubernetes.io/gmsa-credential-spec",
];

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
  ...OLD_WAYS.map(key => ({ metadata: { annotations: { [key]: "a" } } })),
];

/** Containers that swap places, and lists with duplicate names. */
const MIXED_UP: Fragment[] = [
  ABSENT,
  ...ones("containers", "app", NAMED),
  ...ones("containers", "side", NAMED),
  ...twos("containers", APP, [NAMED, NAMED]),
  ...twos("containers", ["side", "app"], [NAMED, NAMED]),
];

const OF_ONE_NAME: Fragment[] = [
  ...ones("containers", "app", NAMED),
  ...twos("containers", ["app", "app"], [EACH, EACH]),
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

/** Templates of workloads: no list or one container, next to the Pod's own settings. */
function templates(): object[] {
  const lists: Fragment[] = [...containers(FEW), ...emptyLists("containers")];
  const inits: Fragment[] = [
    ...ones("initContainers", "init", FEW),
    ...emptyLists("initContainers"),
  ];
  return pods(FEW).flatMap(pod =>
    lists.flatMap(list =>
      inits.map(init => ({
        spec: { ...(pod?.spec as object), ...(list?.spec as object), ...(init?.spec as object) },
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

/** The alphabets by name, and their letters. */
export const ALPHABETS: Readonly<Record<string, Fragment[]>> = {
  "Pod, each": pods(EACH),
  "Pod, spelled": pods(SPELLED),
  "Pod, some": pods(SOME),
  "Pod, few": pods(FEW),
  "Pod, fewest": pods(FEWEST),
  "containers, each": [{ spec: { containers: null } }, ...containers(EACH).slice(1)],
  "containers, some": containers(SOME),
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
  "containers of one name": OF_ONE_NAME,
  "init, each": [ABSENT, ...ones("initContainers", "init", EACH)],
  "init, spelled": [...emptyLists("initContainers"), ...ones("initContainers", "init", SPELLED)],
  "init, some": [ABSENT, ...ones("initContainers", "init", SOME)],
  "init, few": [ABSENT, ...ones("initContainers", "init", FEW)],
  "init, fewest": [ABSENT, ...ones("initContainers", "init", FEWEST)],
  "init, mixed up": [ABSENT, ...ones("initContainers", "app", NAMED)],
  "ephemeral, each": [ABSENT, ...ones("ephemeralContainers", "debug", EACH)],
  "ephemeral, spelled": [
    ...emptyLists("ephemeralContainers"),
    ...ones("ephemeralContainers", "debug", SPELLED),
  ],
  "ephemeral, some": [ABSENT, ...ones("ephemeralContainers", "debug", SOME)],
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
  "Deployments of old": OLD_WAYS.flatMap(key =>
    [NAMES_ONE, {}].map(template => ({
      spec: { template: { ...template, metadata: { annotations: { [key]: "a" } } } },
    })),
  ),
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
