/** Complete problems of the small rules; test/fixtures/lint, places and pods have more cases. */
import { checkContentsByHand } from "../../../../rules/pod/checks/contents-by-hand";
import { checkCredspecNames } from "../../../../rules/pod/checks/credspec-name";
import { checkHelperAnnotations } from "../../../../rules/pod/checks/helper-annotations";
import { checkHostProcess } from "../../../../rules/pod/checks/host-process";
import { checkNoValue } from "../../../../rules/pod/checks/no-value";
import { namesToAsk } from "../../../../rules/pod/references";
import { gmsaPlacesOf, placesOf } from "../../../../rules/pod/windows-options";
import type { PodLike, WindowsOptions } from "../../../../rules/pod/windows-options";

const NAME = "gmsaCredentialSpecName";
const CONTENTS = "gmsaCredentialSpec";

/** A Pod with one container that has these options. */
function podWith(windowsOptions: object | undefined): PodLike {
  const securityContext = { windowsOptions: windowsOptions as WindowsOptions };
  return { spec: { containers: [{ name: "web", securityContext }] } };
}

function placeOf(field: string): { path: (string | number)[]; text: string } {
  const path = ["spec", "containers", 0, "securityContext", "windowsOptions", field];
  return { path, text: 'container "web"' };
}

test.each(["", "payroll", "pay.roll-1"])("%j is a name that a credential spec can have", name => {
  expect(checkCredspecNames(gmsaPlacesOf(podWith({ [NAME]: name, [CONTENTS]: "{}" })))).toEqual([]);
});

test.each(["Payroll", "pay_roll", "-payroll"])("%j is no name of an object", name => {
  expect(checkCredspecNames(gmsaPlacesOf(podWith({ [NAME]: name })))).toEqual([
    {
      level: "error",
      reason: "credspec name",
      credspec: name,
      places: [placeOf(NAME)],
      problem: `no GMSACredentialSpec can be named "${name}" (container "web")`,
      remedy:
        "Names are lower case letters, digits, - and ., and begin and end with a letter or digit. Run `kubectl get gmsa` to list the existing ones.",
    },
  ]);
});

test.each(["<credspec>", "YOUR_CREDSPEC", "your-credspec"])("%j is a placeholder", name => {
  expect(checkCredspecNames(gmsaPlacesOf(podWith({ [NAME]: name })))).toEqual([
    {
      level: name === "your-credspec" ? "warning" : "error",
      reason: "pod placeholder",
      places: [placeOf(NAME)],
      problem: `"${name}" is a placeholder that was not replaced (container "web")`,
      remedy: "Write the name of a GMSACredentialSpec; run `kubectl get gmsa` to list them.",
    },
  ]);
});

test("contents beside a name are reported, and neither alone is", () => {
  const check = (options: object): unknown => checkContentsByHand(gmsaPlacesOf(podWith(options)));
  expect(check({ [NAME]: "payroll" })).toEqual([]);
  expect(check({ [CONTENTS]: "{}" })).toEqual([]);
  expect(check({ [NAME]: "payroll", [CONTENTS]: "{}" })).toEqual([
    {
      level: "warning",
      reason: "contents by hand",
      places: [placeOf(CONTENTS)],
      credspec: "payroll",
      problem:
        'the contents of credential spec "payroll" are written out in container "web": once the credential spec changes, the Pod is refused',
      remedy: "Remove gmsaCredentialSpec: it is filled in at admission.",
    },
  ]);
});

const EMPTY = "is an empty string: the API server refuses it";
const NULL = "has no value, so it names no credential spec";

test.each<[object | undefined, [field: string, level: string, what: string][]]>([
  [undefined, []],
  [{}, []],
  [{ [NAME]: "payroll" }, []],
  [{ [NAME]: "payroll", [CONTENTS]: "" }, []],
  [{ [NAME]: "payroll", [CONTENTS]: null }, []],
  [{ [CONTENTS]: null }, []],
  [{ [NAME]: null }, [[NAME, "warning", NULL]]],
  [{ [NAME]: "" }, [[NAME, "error", EMPTY]]],
  [{ [CONTENTS]: "" }, [[CONTENTS, "error", EMPTY]]],
  [{ [NAME]: " ", [CONTENTS]: "" }, [[CONTENTS, "error", EMPTY]]],
  [
    { [NAME]: null, [CONTENTS]: "" },
    [
      [NAME, "warning", NULL],
      [CONTENTS, "error", EMPTY],
    ],
  ],
])("fields without a value: %j", (options, due) => {
  expect(checkNoValue(podWith(options))).toEqual(
    due.map(([field, level, what]) => ({
      level,
      reason: "no value",
      places: [placeOf(field)],
      problem: `${field} ${what}`,
      remedy: "Write the name of a GMSACredentialSpec, or remove the field.",
    })),
  );
});

test("annotations are checked of Pods with GMSA alone", () => {
  const key = "gmsa.pepr.dev/random-hostname";
  const path = ["metadata", "annotations", key];
  const pod: PodLike = {
    ...podWith({ [NAME]: "a" }),
    metadata: { annotations: { [key]: "True" } },
  };
  expect(checkHelperAnnotations(pod, [])).toEqual([]);
  expect(checkHelperAnnotations(podWith({ [NAME]: "a" }), gmsaPlacesOf(pod))).toEqual([]);
  expect(checkHelperAnnotations(pod, gmsaPlacesOf(pod))).toEqual([
    {
      level: "warning",
      reason: "helper annotation",
      places: [{ path, text: `annotation ${key}` }],
      problem: `annotation ${key} is "True", which is neither "true" nor "false", and is ignored`,
      remedy: 'Set it to "true" or "false".',
      fixes: [{ path, edit: { kind: "value", to: "true" } }],
    },
  ]);
});

test("HostProcess containers are reported if they have a credential spec", () => {
  expect(checkHostProcess(podWith({ hostProcess: true }))).toEqual([]);
  expect(checkHostProcess(podWith({ hostProcess: false, [NAME]: "a" }))).toEqual([]);
  expect(checkHostProcess(podWith({ hostProcess: true, [NAME]: "a" }))).toEqual([
    {
      level: "warning",
      reason: "host process",
      places: [placeOf("hostProcess")],
      problem:
        'Windows ignores the GMSA cred spec of HostProcess containers (container "web"): they run as an account of the node',
      remedy: "Remove either gmsaCredentialSpecName or hostProcess.",
    },
  ]);
});

test("the cluster is asked about names that an object can have", () => {
  const names = ["b", "..", "a", "A", "b"];
  const containers = names.map(name => ({
    name: "web",
    securityContext: { windowsOptions: { [NAME]: name } },
  }));
  expect(namesToAsk(gmsaPlacesOf({ spec: { containers } }))).toEqual(["b", "a"]);
});

test("an entry that is not a container, or has no name, is a place nevertheless", () => {
  const containers = [null, { name: 1 }, {}, { name: "web" }];
  const places = placesOf({ spec: { containers } } as unknown as PodLike);
  expect(places).toEqual([
    { kind: "pod", name: "", options: undefined, path: ["spec"] },
    ...["", "", "", "web"].map((name, index) => ({
      kind: "container",
      name,
      options: undefined,
      container: containers[index] ?? { name: "" },
      path: ["spec", "containers", index],
    })),
  ]);
});
