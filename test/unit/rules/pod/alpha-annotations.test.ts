import { gmsaAnnotationsOf } from "../../../../rules/pod/alpha-annotations";
import {
  checkAlphaAnnotations,
  checkAnnotationsAround,
} from "../../../../rules/pod/checks/alpha-annotations";
import type { PodLike } from "../../../../rules/pod/windows-options";
import type { Fix, PodProblem } from "../../../../rules/problem";

const POD_NAME = "pod.alpha.windows.kubernetes.io/gmsa-credential-spec-name";
const POD_CONTENTS = "pod.alpha.windows.kubernetes.io/gmsa-credential-spec";
const WEB_NAME = "web.container.alpha.windows.kubernetes.io/gmsa-credential-spec-name";
const WEB_CONTENTS = "web.container.alpha.windows.kubernetes.io/gmsa-credential-spec";
const FIELD = "securityContext.windowsOptions.gmsaCredentialSpecName";

type Annotations = Record<string, string>;

const PARTS: [string, { container: string; isName: boolean; isExact: boolean }][] = [
  [POD_NAME, { container: "", isName: true, isExact: true }],
  [POD_CONTENTS, { container: "", isName: false, isExact: true }],
  [WEB_NAME, { container: "web", isName: true, isExact: true }],
  [WEB_CONTENTS, { container: "web", isName: false, isExact: true }],
  [
    "container.alpha.windows.kubernetes.io/gmsa-credential-spec-name",
    { container: "", isName: true, isExact: true },
  ],
  [
    "web.container.beta.windows.kubernetes.io/gmsa-credential-spec",
    { container: "web", isName: false, isExact: false },
  ],
  [
    "a.b.Container.windows.k8s.io/gmsa-credspec-name",
    { container: "a.b", isName: true, isExact: false },
  ],
  ["GMSA-Credential-Spec", { container: "", isName: false, isExact: false }],
];

test.each(PARTS)("annotation %s is %j", (key, parts) => {
  const pod = { metadata: { annotations: { team: "shop", [key]: "payroll" } } };
  const found = [{ key, ...parts, value: "payroll" }];
  expect(gmsaAnnotationsOf(pod)).toEqual(found);
});

test.each([undefined, null, "text", 1, {}, { team: "shop" }])("%j holds none", annotations => {
  const metadata = { annotations: annotations as unknown as Annotations };
  expect(gmsaAnnotationsOf({ metadata })).toEqual([]);
  expect(gmsaAnnotationsOf({})).toEqual([]);
});

test("a value that is not a text counts as empty", () => {
  const annotations = { [POD_NAME]: 1 } as unknown as Annotations;
  expect(gmsaAnnotationsOf({ metadata: { annotations } })).toEqual([
    { key: POD_NAME, container: "", isName: true, isExact: true, value: "" },
  ]);
});

function problem(key: string, what: string, todo: string, fix?: Fix["edit"]): PodProblem {
  const path = ["metadata", "annotations", key];
  return {
    level: "warning",
    reason: "alpha annotation",
    places: [{ path, text: `annotation ${key}` }],
    problem: `annotation ${key} ${what}`,
    remedy: `Remove it, and set ${todo}.`,
    ...(fix === undefined ? {} : { fixes: [{ path, edit: fix }] }),
  };
}

/** A Pod with these annotations and options. */
function podWith(annotations: Annotations, options?: object, ofWeb?: object): PodLike {
  return {
    metadata: { name: "shop", annotations },
    spec: {
      securityContext: options === undefined ? {} : { windowsOptions: options },
      containers: [
        { name: "shop" },
        { name: "web", securityContext: ofWeb === undefined ? {} : { windowsOptions: ofWeb } },
      ],
    },
  };
}

const GONE = "has no effect since Kubernetes 1.16:";
const REMOVE = { kind: "remove" } as const;
const OPTION = ["securityContext", "windowsOptions", "gmsaCredentialSpecName"];
const NAMED = { gmsaCredentialSpecName: "payroll" };

test.each<[string, PodLike, PodProblem[]]>([
  ["no annotation", podWith({}), []],
  [
    "the name of a Pod without one",
    podWith({ [POD_NAME]: "payroll" }),
    [
      problem(
        POD_NAME,
        `${GONE} the Pod runs without that identity`,
        `${FIELD}: payroll in the spec of the Pod`,
        { kind: "move", to: ["spec", ...OPTION] },
      ),
    ],
  ],
  [
    "the name of a container without one",
    podWith({ [WEB_NAME]: "payroll" }, NAMED),
    [
      problem(
        WEB_NAME,
        `${GONE} container "web" runs without that identity`,
        `${FIELD}: payroll in container "web"`,
        { kind: "move", to: ["spec", "containers", 1, ...OPTION] },
      ),
    ],
  ],
  [
    "the name that the Pod has",
    podWith({ [POD_NAME]: "payroll" }, NAMED),
    [
      problem(
        POD_NAME,
        `${GONE} the Pod uses "payroll", which pod "shop" names by its field`,
        `${FIELD}: payroll in the spec of the Pod`,
        REMOVE,
      ),
    ],
  ],
  [
    "the name that the container has",
    podWith({ [WEB_NAME]: "payroll" }, undefined, NAMED),
    [
      problem(
        WEB_NAME,
        `${GONE} container "web" uses "payroll", which container "web" names by its field`,
        `${FIELD}: payroll in container "web"`,
        REMOVE,
      ),
    ],
  ],
  [
    "another name",
    podWith({ [POD_NAME]: "web" }, NAMED),
    [
      problem(
        POD_NAME,
        `${GONE} the Pod uses "payroll", which pod "shop" names by its field`,
        `${FIELD}: web in the spec of the Pod`,
      ),
    ],
  ],
  [
    "contents beside a name",
    podWith({ [POD_CONTENTS]: "{}" }, NAMED),
    [
      problem(
        POD_CONTENTS,
        `${GONE} the Pod uses "payroll", which pod "shop" names by its field`,
        `${FIELD} in the spec of the Pod`,
        REMOVE,
      ),
    ],
  ],
  [
    "contents without a name",
    podWith({ [POD_CONTENTS]: "{}" }),
    [
      problem(
        POD_CONTENTS,
        `${GONE} the Pod runs without that identity`,
        `${FIELD} in the spec of the Pod`,
      ),
    ],
  ],
  [
    "a name beside contents",
    podWith({ [POD_NAME]: "payroll" }, { gmsaCredentialSpec: "{}" }),
    [
      problem(
        POD_NAME,
        `${GONE} the Pod runs without that identity`,
        `${FIELD}: payroll in the spec of the Pod`,
      ),
    ],
  ],
  [
    "an empty name",
    podWith({ [POD_NAME]: "" }),
    [
      problem(
        POD_NAME,
        `${GONE} the Pod runs without that identity`,
        `${FIELD} in the spec of the Pod`,
      ),
    ],
  ],
  [
    "an annotation that never had an effect",
    podWith({ "GMSA-Credential-Spec-Name": "payroll" }),
    [
      problem(
        "GMSA-Credential-Spec-Name",
        "never had an effect: the Pod runs without that identity",
        `${FIELD}: payroll in the spec of the Pod`,
      ),
    ],
  ],
  [
    "a container that is not there, although the Pod has its name",
    { metadata: { name: "web", annotations: { [WEB_NAME]: "payroll" } }, spec: {} },
    [
      problem(
        WEB_NAME,
        `${GONE} container "web" is not there`,
        `${FIELD}: payroll in container "web"`,
      ),
    ],
  ],
])("a Pod with %s", (_what, pod, due) => {
  expect(checkAlphaAnnotations(pod)).toEqual(due);
});

test("an annotation of a workload is not moved into its template", () => {
  const annotations = { [POD_NAME]: "payroll" };
  const around = checkAnnotationsAround({ metadata: { annotations } }, podWith({}));
  expect(around).toEqual([
    {
      ...problem(
        POD_NAME,
        `${GONE} the Pod runs without that identity`,
        `${FIELD}: payroll in the spec of the Pod`,
      ),
      fixes: [],
    },
  ]);
  expect(checkAnnotationsAround({}, podWith(annotations))).toEqual([]);
});
