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
    expect(await helpersFor({ pod, namespace: "shop" }, DEFAULTS)).toEqual({
      choice: DEFAULTS,
      problems: [],
    });
  },
);

test("a value that means nothing is shown, and of a long one its beginning", () => {
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
  expect(await helpersFor({ pod: POD, namespace: "shop" }, DEFAULTS, { annotationsOf })).toEqual({
    choice: { secureChannel: true, randomHostname: hostname },
    ...others,
  });
  expect(asked).toEqual(["shop"]);
});

test.each<[string, string | undefined, string | undefined, boolean, boolean]>([
  ["nothing", undefined, undefined, true, true],
  ["nothing", undefined, undefined, false, false],
  ["of the namespace", undefined, "true", false, true],
  ["of the namespace", undefined, "false", true, false],
  ["of the Pod", "true", "false", false, true],
  ["of the Pod", "false", "true", true, false],
  ["that means nothing", "yes", "true", false, true],
  ["that means nothing", "True", "", true, true],
])(
  "an annotation %s: Pod %j, namespace %j, controller %j: %j",
  (_what, pod, namespace, by, due) => {
    for (const [helper, key] of Object.entries(HELPERS)) {
      const of = (value: string | undefined): Annotations =>
        value === undefined ? {} : { [key]: value };
      const others = { secureChannel: false, randomHostname: false };
      expect(chooseHelpers(of(pod), of(namespace), { ...others, [helper]: by })).toEqual({
        ...others,
        [helper]: due,
      });
    }
  },
);

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
