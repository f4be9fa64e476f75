import { helpersFor } from "../../../../rules/opt-in/choice";
import type { ChosenHelpers, NamespaceLookup } from "../../../../rules/opt-in/choice";
import {
  annotationProblems,
  chooseHelpers,
  HELPERS,
  ownAnnotations,
} from "../../../../rules/pod/opt-in-annotations";
import type { Annotations } from "../../../../rules/pod/opt-in-annotations";

const DEFAULTS = { secureChannel: false, randomHostname: true };

test.each([{}, { metadata: {} }, { metadata: { annotations: {} } }])(
  "a Pod that says nothing, as %j does, gets what the controller gives",
  async pod => {
    expect(await helpersFor({ pod, namespace: "shop" }, DEFAULTS)).toStrictEqual({
      choice: DEFAULTS,
      problems: [],
    });
  },
);

test("a value without a meaning is shown, cut to its beginning if it is long", () => {
  const problemsOf = (value: string): string =>
    JSON.stringify(annotationProblems({ "gmsa.pepr.dev/random-hostname": value }));
  expect(problemsOf("x".repeat(40))).toContain(`${"x".repeat(40)}\\"`);
  const long = problemsOf(`${"🔑".repeat(40)}secret`);
  expect(long).toContain(`${"🔑".repeat(40)}…`);
  expect(long).not.toContain("secret");
});

const POD = { metadata: { annotations: { "gmsa.pepr.dev/secure-channel": "true" } } };

test.each<[NamespaceLookup, Omit<ChosenHelpers, "choice"> & { hostname: boolean }]>([
  [{ outcome: "absent" }, { hostname: true, problems: [] }],
  [
    { outcome: "failed", why: "time-out" },
    { hostname: true, failure: "time-out", problems: [] },
  ],
  [
    { outcome: "found", annotations: {} },
    { hostname: true, problems: [] },
  ],
  [
    { outcome: "found", annotations: { "gmsa.pepr.dev/random-hostname": "false" } },
    { hostname: false, problems: [] },
  ],
  [
    { outcome: "found", annotations: { "gmsa.pepr.dev/secure-channel": "false" } },
    { hostname: true, problems: [] },
  ],
  [
    { outcome: "found", annotations: { "gmsa.pepr.dev/random-hostname": "No" } },
    {
      hostname: true,
      problems: [
        {
          key: "gmsa.pepr.dev/random-hostname",
          problem:
            'annotation gmsa.pepr.dev/random-hostname is "No", which is neither "true" nor "false", and is ignored',
          remedy: 'Set it to "true" or "false".',
        },
      ],
    },
  ],
])("the answer %j about a namespace: %j", async (answer, { hostname, ...others }) => {
  const asked: string[] = [];
  const annotationsOf = (namespace: string): Promise<NamespaceLookup> => {
    asked.push(namespace);
    return Promise.resolve(answer);
  };
  expect(
    await helpersFor({ pod: POD, namespace: "shop" }, DEFAULTS, { annotationsOf }),
  ).toStrictEqual({
    choice: { secureChannel: true, randomHostname: hostname },
    ...others,
  });
  expect(asked).toEqual(["shop"]);
});

test.each<[string, { pod?: string; namespace?: string; by: boolean }, boolean]>([
  ["nothing", { by: true }, true],
  ["nothing", { by: false }, false],
  ["of the namespace", { namespace: "true", by: false }, true],
  ["of the namespace", { namespace: "false", by: true }, false],
  ["of the Pod", { pod: "true", namespace: "false", by: false }, true],
  ["of the Pod", { pod: "false", namespace: "true", by: true }, false],
  ["that means nothing", { pod: "yes", namespace: "true", by: false }, true],
  ["that means nothing", { pod: "True", namespace: "", by: true }, true],
])("an annotation %s, %j: %j", (_what, { pod, namespace, by }, due) => {
  for (const [helper, key] of Object.entries(HELPERS)) {
    const of = (value: string | undefined): Annotations =>
      value === undefined ? {} : { [key]: value };
    const others = { secureChannel: false, randomHostname: false };
    expect(chooseHelpers(of(pod), of(namespace), { ...others, [helper]: by })).toEqual({
      ...others,
      [helper]: due,
    });
  }
});

test("of the annotations of this project, those that have no effect are reported", () => {
  const annotations = {
    team: "shop",
    "gmsa.pepr.dev": "x",
    "gmsa.pepr.dev/gmsa": "succeeded",
    "gmsa.pepr.dev/secure-channel": "TRUE",
    "gmsa.pepr.dev/random-hostname": "false",
    "gmsa.pepr.dev/hostname": "true",
    "gmsa.pepr.dev/of-a-number": 1,
  };
  expect(annotationProblems(annotations as unknown as Annotations)).toEqual([
    {
      key: "gmsa.pepr.dev/secure-channel",
      problem:
        'annotation gmsa.pepr.dev/secure-channel is "TRUE", which is neither "true" nor "false", and is ignored',
      remedy: 'Set it to "true" or "false".',
      meant: "true",
    },
    {
      key: "gmsa.pepr.dev/hostname",
      problem: "annotation gmsa.pepr.dev/hostname is unknown and has no effect",
      remedy: "Known annotations: gmsa.pepr.dev/secure-channel and gmsa.pepr.dev/random-hostname.",
    },
  ]);
});

test.each([undefined, null, "text", 1])("%p holds no annotations", annotations => {
  expect(ownAnnotations(annotations)).toEqual({});
});
