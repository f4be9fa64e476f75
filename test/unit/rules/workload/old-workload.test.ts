import { checkOldWorkload } from "../../../../rules/workload/checks/old-workload";

interface Old {
  now: string;
  since: string;
  renamed?: boolean;
  fixed: boolean;
}

const selector = { matchLabels: { app: "web" } };

test.each<[string, string, object | undefined, Old]>([
  [
    "extensions/v1beta1",
    "Deployment",
    { selector },
    { now: "apps/v1", since: "1.16", renamed: true, fixed: true },
  ],
  [
    "extensions/v1beta1",
    "DaemonSet",
    {},
    { now: "apps/v1", since: "1.16", renamed: true, fixed: false },
  ],
  [
    "extensions/v1beta1",
    "ReplicaSet",
    undefined,
    { now: "apps/v1", since: "1.16", renamed: true, fixed: false },
  ],
  [
    "apps/v1beta1",
    "Deployment",
    { selector, rollbackTo: {} },
    { now: "apps/v1", since: "1.16", fixed: false },
  ],
  [
    "apps/v1beta2",
    "DaemonSet",
    { selector, templateGeneration: 1 },
    { now: "apps/v1", since: "1.16", fixed: false },
  ],
  ["apps/v1beta2", "StatefulSet", { selector }, { now: "apps/v1", since: "1.16", fixed: true }],
  ["batch/v1beta1", "CronJob", {}, { now: "batch/v1", since: "1.25", fixed: true }],
  ["batch/v2alpha1", "Job", { rollbackTo: {} }, { now: "batch/v1", since: "1.21", fixed: true }],
])("%s %s with %j: %j", (apiVersion, kind, spec, { now, since, renamed = false, fixed }) => {
  const path = ["apiVersion"];
  const fixes = [{ path, edit: { kind: "value", to: now } }];
  const object = { apiVersion, kind, ...(spec === undefined ? {} : { spec }) };
  expect(checkOldWorkload(object)).toEqual([
    {
      level: "error",
      reason: "old workload",
      places: [{ path, text: "apiVersion" }],
      problem: `${apiVersion} has no ${kind} since Kubernetes ${since}`,
      remedy: `Write apiVersion: ${now}${renamed ? ", which wants spec.selector" : ""}.`,
      ...(fixed ? { fixes } : {}),
    },
  ]);
});

test.each([
  ["apps/v1", "Deployment"],
  ["batch/v1", "CronJob"],
  ["extensions/v1beta1", "Ingress"],
  ["example.com/v1beta1", "Deployment"],
])("%s %s is served, or of somebody else", (apiVersion, kind) => {
  expect(checkOldWorkload({ apiVersion, kind })).toEqual([]);
});
