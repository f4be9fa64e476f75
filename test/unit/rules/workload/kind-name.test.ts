import {
  customGroupsOf,
  distinctKinds,
  kindNamesOf,
  resourceNamed,
  resourceOf,
} from "../../../../rules/workload/kind-name";

test.each<[string, string[]]>([
  ["rollouts.argoproj.io", ["rollouts in argoproj.io"]],
  ["Rollout.argoproj.io", ["Rollout in argoproj.io"]],
  ["argoproj.io/Rollout", ["Rollout in argoproj.io"]],
  ["argoproj.io/v1alpha1/Rollout", ["Rollout in argoproj.io of v1alpha1"]],
  [
    "rollouts.v1alpha1.argoproj.io",
    ["rollouts in v1alpha1.argoproj.io", "rollouts in argoproj.io of v1alpha1"],
  ],
  ["deployments.apps", ["deployments in apps"]],
  // Not a version, because no group follows.
  ["things.v1", ["things in v1"]],
])("%s names %j", (text, due) => {
  const said = kindNamesOf(text).map(
    ({ name, group, version }) =>
      `${name} in ${group}${version === undefined ? "" : ` of ${version}`}`,
  );
  expect(said).toEqual(due);
});

test.each(["", "rollouts", "rollouts.", ".argoproj.io", "argoproj.io/", "/Rollout", "a/b/c/d"])(
  "%j names nothing",
  text => {
    expect(kindNamesOf(text)).toEqual([]);
  },
);

test("groups of custom resources are distinguished from those of Kubernetes", () => {
  const ofKubernetes = ["apps", "rbac.authorization.k8s.io", "flowcontrol.apiserver.k8s.io"];
  const others = ["argoproj.io", "jobset.x-k8s.io", "sparkoperator.k8s.io"];
  const groups = [...ofKubernetes, ...others].map(name => ({
    name,
    versions: [{ version: "v1" }],
  }));
  expect(customGroupsOf(groups)).toEqual(others);
});

const ROLLOUTS = {
  name: "rollouts",
  singularName: "rollout",
  shortNames: ["ro"],
  kind: "Rollout",
  namespaced: true,
  verbs: ["list"],
};

test.each(["rollouts", "rollout", "Rollout", "ROLLOUTS", "ro"])("%s is found", name => {
  const status = { ...ROLLOUTS, name: "rollouts/status" };
  const found = resourceNamed({ name, group: "argoproj.io" }, [status, ROLLOUTS]);
  expect(found).toBe(ROLLOUTS);
});

test("neither a subresource nor another resource is", () => {
  const status = { ...ROLLOUTS, name: "rollouts/status" };
  expect(resourceNamed({ name: "rollouts", group: "argoproj.io" }, [status])).toBeUndefined();
  expect(resourceNamed({ name: "rolls", group: "argoproj.io" }, [ROLLOUTS])).toBeUndefined();
});

test("a kind is listed once, however often and in whatever version it is named", () => {
  const pods = { group: "", version: "v1", kind: "Pod", plural: "pods" };
  const rollouts = { group: "argoproj.io", version: "v1", kind: "Rollout", plural: "rollouts" };
  const others = { ...rollouts, group: "rollouts.kruise.io" };
  const kinds = distinctKinds([rollouts, { ...rollouts, version: "v2" }, others, pods], [pods]);
  expect(kinds.map(resourceOf)).toEqual(["rollouts.argoproj.io", "rollouts.rollouts.kruise.io"]);
  expect(resourceOf(pods)).toBe("pods");
});

test("a name without a version does not have the member", () => {
  expect(kindNamesOf("argoproj.io/Rollout")).toStrictEqual([
    { name: "Rollout", group: "argoproj.io" },
  ]);
});

test.each<[string, boolean]>([
  ["things", true],
  ["Thing", true],
  ["THINGS", true],
  ["thin", false],
])("of a resource without short names, %j finds it: %p", (name, isFound) => {
  const things = { name: "things", kind: "Thing", namespaced: true, verbs: ["list"] };
  const found = resourceNamed({ name, group: "example.com" }, [things]);
  expect(found).toBe(isFound ? things : undefined);
});
