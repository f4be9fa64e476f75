import type { Verdict } from "../../../../rules/canary/probe-answer";
import {
  indicatorsOf,
  isCountedAsRefused,
  newsOf,
  probesOf,
  type ProbeResult,
} from "../../../../rules/canary/round";

const NAMESPACES = { ordinary: "gmsa-canary", excluded: "gmsa-canary-excluded" };
const PASSED: Verdict = { outcome: "passed", reason: "admitted" };
const SILENT: Verdict = { outcome: "unchecked", reason: "policy silent" };
const AWAY: Verdict = { outcome: "unreachable", reason: "no endpoint", why: "" };
const CANNOT_ASK: Verdict = {
  outcome: "refused",
  reason: "cannot ask",
  code: 403,
  why: "the API server answered 403",
};

/** A round in which all probes pass except these, by index. */
function results(bad: Record<number, Verdict> = {}): ProbeResult[] {
  return probesOf(NAMESPACES).map((placed, index) => ({
    ...placed,
    verdict: bad[index] ?? PASSED,
  }));
}

test("Pods that must be refused and one that must be admitted, where the webhook looks and where the policy refuses", () => {
  expect(probesOf(NAMESPACES, "webapp1")).toEqual([
    { place: "ordinary", probe: { namespace: "gmsa-canary", expect: "refused", by: "webhook" } },
    {
      place: "ordinary",
      probe: {
        ...{ namespace: "gmsa-canary", expect: "refused", by: "webhook" },
        credspec: "gmsa-canary.invalid",
      },
    },
    {
      place: "ordinary",
      probe: { namespace: "gmsa-canary", expect: "admitted", credspec: "webapp1" },
    },
    {
      place: "excluded",
      probe: { namespace: "gmsa-canary-excluded", expect: "refused", by: "policy" },
    },
    { place: "excluded", probe: { namespace: "gmsa-canary-excluded", expect: "admitted" } },
  ]);
});

test("a round without problems is reported as such", () => {
  expect(newsOf(results())).toMatchObject({
    outcome: "passed",
    message: "GMSA is checked: Pods that must be refused are refused, and others are admitted.",
  });
});

test("unchecked Pods are reported before an unreachable webhook, and both are reported", () => {
  const { outcome, message } = newsOf(results({ 0: AWAY, 3: SILENT }));
  expect(outcome).toBe("unchecked");
  expect(message).toMatch(/^The API server cannot call the webhook: .* no ready endpoint\. See /);
  expect(message).toContain("ValidatingAdmissionPolicy/gmsa-excluded-namespaces did not refuse");
  expect(message).not.toMatch(/undefined|\.\./);
});

test("the worst outcome is that of the round, and no sentence is repeated", () => {
  const remedy = "See `kubectl -n pepr-system get pods` and the replicas' logs.";
  const one = `The API server cannot call the webhook: Service pepr-system/pepr-gmsa has no ready endpoint. ${remedy}`;
  const other: Verdict = { outcome: "unreachable", reason: "other", why: "gone" };
  expect(newsOf(results({ 0: AWAY, 1: AWAY, 3: other }))).toEqual({
    outcome: "unreachable",
    message: `${one} The API server cannot call the webhook: gone. ${remedy}`,
    key: [
      "ordinary refused contents unreachable no endpoint",
      "ordinary refused name unreachable no endpoint",
      "ordinary admitted none passed admitted",
      "excluded refused contents unreachable other",
      "excluded admitted none passed admitted",
    ].join("\n"),
  });
});

test("the report of a round fits into an Event", () => {
  const why = "x".repeat(200);
  const long: Verdict = { outcome: "unreachable", reason: "foreign answer", why };
  const unlike: Verdict = { outcome: "unreachable", reason: "tunnel", why };
  const other: Verdict = { outcome: "unknown", reason: "limit range", who: "", why };
  expect(
    newsOf(results({ 0: long, 1: other, 2: unlike, 3: other, 4: other })).message.length,
  ).toBeLessThanOrEqual(1024);
});

test("another reason is news, and the same is not", () => {
  const { key } = newsOf(results({ 0: AWAY }));
  expect(newsOf(results({ 0: { ...AWAY, why: "other words" } })).key).toBe(key);
  expect(newsOf(results({ 0: { ...AWAY, reason: "time-out" } })).key).not.toBe(key);
  expect(newsOf(results({ 1: AWAY })).key).not.toBe(key);
});

test("a webhook that cannot ask the API server is news, with the remedy", () => {
  const { outcome, message } = newsOf(results({ 1: CANNOT_ASK }));
  expect(outcome).toBe("refused");
  expect(message).toBe(
    "The webhook gets no answer from the API server, and refuses every Pod that names a credential spec: the API server answered 403. ClusterRole/pepr-gmsa and ClusterRoleBinding/pepr-gmsa grant it. Apply the installation again: run `kubectl apply -k .`, or `helm upgrade`.",
  );
});

test("one cause is reported once, although two Pods show it", () => {
  const unchecked: Verdict = { outcome: "unchecked", reason: "admitted" };
  const { message } = newsOf(
    results({ 0: unchecked, 1: { ...unchecked, reason: "contents missing" } }),
  );
  expect(message).toContain("GMSA is not checked there");
  expect(message).not.toContain("no webhook saw it");
});

test("the webhook counts the Pods that it refuses, and not those about which it cannot ask", () => {
  const refused: Verdict = { outcome: "passed", reason: "refused by the webhook" };
  const policy: Verdict = { outcome: "passed", reason: "refused by the policy" };
  const wrongly: Verdict = { outcome: "refused", reason: "webhook", denials: [], why: "" };
  const counted = results({ 0: refused, 1: CANNOT_ASK, 2: wrongly, 3: policy });
  expect(counted.map(isCountedAsRefused)).toEqual([true, false, true, false, false]);
});

test("a gauge shows one outcome and not the others", () => {
  const [first] = results({ 0: AWAY });
  expect(first && indicatorsOf(first)).toEqual([
    { outcome: "passed", value: 0 },
    { outcome: "unchecked", value: 0 },
    { outcome: "refused", value: 0 },
    { outcome: "unreachable", value: 1 },
    { outcome: "unknown", value: 0 },
  ]);
});
