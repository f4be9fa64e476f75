/** The findings of Mutate and Validate, as data: places, credential spec, account. */
import { inlinings, namesToInline } from "../../../../rules/admission/mutate";
import { namesToCheck, validate } from "../../../../rules/admission/validate";
import { remedyFor } from "../../../../rules/admission/denial";
import type { CredspecState } from "../../../../rules/admission/validate";
import { canonicalJson } from "../../../../rules/credspec/canonical-json";
import type { CredspecLookup } from "../../../../rules/credspec/cluster";
import { MOST_CONTENTS } from "../../../../rules/pod/references";
import type { PodLike, WindowsOptions } from "../../../../rules/pod/windows-options";
import { fieldOf } from "../../../../rules/problem";

const serviceAccount = { namespace: "shop", name: "web" };
const VALUE = { of: "webapp1" };
const CONTENTS = canonicalJson(VALUE);
const FOUND: CredspecLookup = {
  outcome: "found",
  credspec: { value: VALUE, contents: CONTENTS },
};
const ALLOWED: CredspecState = { use: { outcome: "allowed" }, credspec: FOUND };

/** The same options in all four places. */
function podWith(windowsOptions: WindowsOptions): PodLike {
  const container = (name: string): { name: string; securityContext: object } => ({
    name,
    securityContext: { windowsOptions: { ...windowsOptions } },
  });
  return {
    spec: {
      securityContext: { windowsOptions: { ...windowsOptions } },
      containers: [container("iis")],
      initContainers: [container("init")],
      ephemeralContainers: [container("debugger")],
    },
  };
}

function fields(field: string): string[] {
  return ["", ".containers[0]", ".initContainers[0]", ".ephemeralContainers[0]"].map(
    place => `spec${place}.securityContext.windowsOptions.${field}`,
  );
}

const NAMES = fields("gmsaCredentialSpecName");
const CONTENTS_FIELDS = fields("gmsaCredentialSpec");
const NAMED = { gmsaCredentialSpecName: "webapp1" };
const FILLED_IN = { ...NAMED, gmsaCredentialSpec: CONTENTS };
const about = { credspec: "webapp1" };
const both = { ...about, account: serviceAccount };

/** The reason, the fields and the other facts of each denial. */
function denialsOf(pod: PodLike, answer?: CredspecState, oldPod?: PodLike): object[] {
  const answers = new Map(answer === undefined ? [] : [["webapp1", answer]]);
  return validate({ pod, oldPod, serviceAccount }, answers).map(
    ({ level, reason, places, credspec, account }) => {
      expect(level).toBe("error");
      return { reason, fields: places.map(({ path }) => fieldOf(path)), credspec, account };
    },
  );
}

const answered = (answer: CredspecLookup): CredspecState => ({ ...ALLOWED, credspec: answer });
const REFUSED: CredspecState = { ...ALLOWED, use: { outcome: "denied", reason: "" } };
const UNSAID: CredspecState = { ...ALLOWED, use: { outcome: "failed", why: "" } };
const UNREAD = answered({ outcome: "failed", why: "time-out" });
const ABSENT = answered({ outcome: "absent" });
const EMPTY = answered({ outcome: "no credspec key" });

test.each<{ of: string; denied: object; given?: WindowsOptions; answer?: CredspecState }>([
  {
    of: "contents without name",
    denied: { fields: CONTENTS_FIELDS },
    given: { gmsaCredentialSpec: "{}" },
  },
  { of: "not authorized", denied: { fields: NAMES, ...both }, answer: REFUSED },
  { of: "cluster failed", denied: { fields: NAMES, ...both }, answer: UNSAID },
  { of: "cluster failed", denied: { fields: NAMES, ...about }, answer: UNREAD },
  { of: "cluster failed", denied: { fields: NAMES, ...both } },
  { of: "no such credspec", denied: { fields: NAMES, ...about }, answer: ABSENT },
  { of: "no credspec key", denied: { fields: NAMES, ...about }, answer: EMPTY },
  {
    of: "contents not inlined",
    denied: { fields: NAMES, ...about },
    given: NAMED,
    answer: ALLOWED,
  },
  {
    of: "contents differ",
    denied: { fields: CONTENTS_FIELDS, ...about },
    given: { ...NAMED, gmsaCredentialSpec: "{}" },
    answer: ALLOWED,
  },
  {
    of: "contents malformed",
    denied: { fields: CONTENTS_FIELDS, ...about },
    given: { ...NAMED, gmsaCredentialSpec: "[]" },
    answer: ALLOWED,
  },
])("$of is a denial of every place: $denied", ({ of, denied, given = FILLED_IN, answer }) => {
  expect(denialsOf(podWith(given), answer)).toEqual([{ reason: of, ...denied }]);
});

test("a Pod whose contents are those of the credential spec that it may use has no denial", () => {
  expect(denialsOf(podWith(FILLED_IN), ALLOWED)).toEqual([]);
});

describe("settings that changed", () => {
  const before = podWith(FILLED_IN);

  test.each([
    ["the name", { ...FILLED_IN, gmsaCredentialSpecName: "webapp2" }, NAMES],
    ["the contents", { ...FILLED_IN, gmsaCredentialSpec: "{}" }, CONTENTS_FIELDS],
    ["both", { gmsaCredentialSpecName: "webapp2", gmsaCredentialSpec: "{}" }, NAMES],
  ])("%s: every place is named by the field that changed", (_what, after, changed) => {
    expect(denialsOf(podWith(after), undefined, before)).toEqual([
      { reason: "settings changed", fields: changed },
    ]);
  });

  test("every one is listed, separated by commas", () => {
    const pod = podWith({});
    const [denial] = validate({ pod, oldPod: before, serviceAccount }, new Map());
    expect(denial?.problem.split(", ")).toHaveLength(4);
  });
});

describe("how many credential specs one request may name", () => {
  const podNaming = (count: number): PodLike => ({
    spec: {
      containers: Array.from({ length: count }, (_, index) => ({
        name: `c${index}`,
        securityContext: { windowsOptions: { gmsaCredentialSpecName: `webapp${index}` } },
      })),
    },
  });

  test("the cluster is asked about 32", () => {
    const review = { pod: podNaming(32), serviceAccount };
    expect(namesToCheck(review)).toHaveLength(32);
    expect(new Set(validate(review, new Map()).map(({ reason }) => reason))).toEqual(
      new Set(["cluster failed"]),
    );
  });

  test("and about none of 33, whose places are all named", () => {
    const review = { pod: podNaming(33), serviceAccount };
    expect(namesToCheck(review)).toEqual([]);
    const denials = validate(review, new Map());
    expect(denials.map(({ reason, places }) => [reason, places.length])).toEqual([
      ["too many credspecs", 33],
    ]);
  });
});

test("the reason of the authorizer is in the refusal, if it gives one", () => {
  const sentenceOf = (reason: string): string | undefined =>
    validate(
      { pod: podWith(FILLED_IN), serviceAccount },
      new Map([["webapp1", { ...ALLOWED, use: { outcome: "denied", reason } }]]),
    )[0]?.problem;
  expect(sentenceOf("no rule")).toContain('GMSA cred spec "webapp1", reason: "no rule" (');
  expect(sentenceOf("")).toContain('GMSA cred spec "webapp1" (');
});

test("a remedy is known without its subject", () => {
  expect(remedyFor("not authorized", {})).toBe(
    'Grant it with a RoleBinding in namespace "" to a Role or ClusterRole that allows verb "use" on gmsacredentialspecs.windows.k8s.io, resource name "".',
  );
});

describe("contents that Mutate fills in", () => {
  const waiting = { pod: podWith(NAMED), serviceAccount };

  test("every place without contents, if the account may use the credential spec", () => {
    const found = inlinings(waiting, new Map([["webapp1", ALLOWED]]));
    expect(found.map(({ place, contents }) => [fieldOf(place.path), contents])).toEqual(
      ["spec", "spec.containers[0]", "spec.initContainers[0]", "spec.ephemeralContainers[0]"].map(
        path => [path, CONTENTS],
      ),
    );
  });

  test.each<[string, CredspecState | undefined]>([
    ["may not use", REFUSED],
    ["perhaps may use", UNSAID],
    ["may use, but is not there", ABSENT],
    ["may use, but cannot be read", UNREAD],
    ["was not asked about", undefined],
  ])("nothing of a credential spec that the account %s", (_what, answer) => {
    const answers = new Map(answer === undefined ? [] : [["webapp1", answer]]);
    expect(inlinings(waiting, answers)).toEqual([]);
  });

  test("nothing where there are contents, which the cluster is not asked about either", () => {
    const review = { pod: podWith(FILLED_IN), serviceAccount };
    expect(namesToInline(review)).toEqual([]);
    expect(inlinings(review, new Map([["webapp1", ALLOWED]]))).toEqual([]);
    expect(namesToInline(waiting)).toEqual(["webapp1"]);
  });
});

test("contents that a Pod cannot hold are not filled in, and the refusal gives that reason", () => {
  const contents = "x".repeat(MOST_CONTENTS / 4);
  const found: CredspecLookup = { outcome: "found", credspec: { value: VALUE, contents } };
  const answers = new Map([["webapp1", { use: ALLOWED.use, credspec: found }]]);
  const pod = podWith({ gmsaCredentialSpecName: "webapp1" });
  expect(inlinings({ pod, serviceAccount }, answers)).toHaveLength(4);
  // They fit, so they are missing for another reason.
  expect(validate({ pod, serviceAccount }, answers)[0]?.problem).toMatch(/were not filled in/);

  pod.spec?.containers?.push({
    name: "one-more",
    securityContext: { windowsOptions: { gmsaCredentialSpecName: "webapp1" } },
  });
  expect(inlinings({ pod, serviceAccount }, answers)).toEqual([]);
  const [denial, ...others] = validate({ pod, serviceAccount }, answers);
  expect(others).toEqual([]);
  expect(denial?.problem).toMatch(
    /^the GMSA cred spec contents of resource "webapp1", filled in at 5 places, would be more than a Pod can hold/,
  );
  expect(denial?.remedy).toMatch(/^Set spec\.securityContext\.windowsOptions\./);
});
