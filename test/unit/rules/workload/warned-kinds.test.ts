import { readWarnedKinds } from "../../../../rules/workload/warned-kinds";

test("reads each kind with its resource and group, once", () => {
  const text =
    "rollouts.argoproj.io=Rollout, scaledjobs.keda.sh=ScaledJob,\n  rollouts.argoproj.io=Rollout,";
  expect(readWarnedKinds(text)).toEqual([
    { plural: "rollouts", group: "argoproj.io", kind: "Rollout" },
    { plural: "scaledjobs", group: "keda.sh", kind: "ScaledJob" },
  ]);
});

test.each([undefined, "", " ", ",", " , "])("names none: %j", text => {
  expect(readWarnedKinds(text)).toEqual([]);
});

test.each([
  "Rollout.argoproj.io",
  "rollouts.argoproj.io",
  "rollouts=Rollout",
  "rollouts.argoproj.io=rollout",
  "rollouts.argoproj.io/v1alpha1=Rollout",
  "rollouts.argoproj.io=Rollout=Rollout",
  "Rollouts.argoproj.io=Rollout",
  "rollouts..io=Rollout",
])("refuses a text that does not name a kind: %s", name => {
  const sentence = `the environment variable WORKLOAD_KINDS names ${JSON.stringify(name)}: write RESOURCE.GROUP=KIND, such as rollouts.argoproj.io=Rollout`;
  expect(() => readWarnedKinds(`scaledjobs.keda.sh=ScaledJob,${name}`)).toThrow(sentence);
});

test.each(["deployments.apps=Deployment", "roles.rbac.authorization.k8s.io=Role"])(
  "refuses a kind of Kubernetes: %s",
  name => {
    expect(() => readWarnedKinds(name)).toThrow("the kinds of Kubernetes are checked without it");
  },
);

test("takes the kinds of Kubernetes' working groups, which are custom resources", () => {
  const kinds =
    "jobsets.jobset.x-k8s.io=JobSet,sparkapplications.sparkoperator.k8s.io=SparkApplication";
  expect(readWarnedKinds(kinds)).toHaveLength(2);
});
