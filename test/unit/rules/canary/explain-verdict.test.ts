/** The complete text of verdicts; canary.yaml has the verdicts. */
import { explain, type Surroundings } from "../../../../rules/canary/explain-verdict";
import type { Verdict } from "../../../../rules/canary/probe-answer";
import type { Probe } from "../../../../rules/canary/probe";

const PROBE: Probe = { namespace: "shop", expect: "refused" };
const ELSEWHERE = "Try another namespace with `gmsa doctor -n NAMESPACE`.";
const REPLICAS = "See `kubectl -n pepr-system get pods` and the replicas' logs.";
const APPLY = "Apply the installation again: run `kubectl apply -k .`, or `helm upgrade`.";

test.each<[Extract<Verdict, { outcome: "passed" }>["reason"], string | undefined, string]>([
  [
    "refused by the webhook",
    undefined,
    "a Pod with GMSA contents but no name is refused by the webhook in namespace shop",
  ],
  [
    "refused by the webhook",
    "webapp1",
    "a Pod that names credential spec webapp1 is refused by the webhook in namespace shop",
  ],
  [
    "refused by the policy",
    undefined,
    "a Pod with GMSA contents but no name is refused by the policy in namespace shop",
  ],
  ["admitted", undefined, "a Pod without GMSA is admitted in namespace shop"],
  [
    "filled in",
    "webapp1",
    "a Pod that names credential spec webapp1 is admitted in namespace shop",
  ],
])("passed: %s, of credential spec %s", (reason, credspec, problem) => {
  const probe = { ...PROBE, ...(credspec === undefined ? {} : { credspec }) };
  expect(explain({ outcome: "passed", reason }, probe)).toEqual({ problem, remedy: "" });
});

const firewall = (port: number): string =>
  `Open TCP port ${port} from the API server to the Pods of Service pepr-system/pepr-gmsa: ` +
  "in the firewall of the control plane (GKE), the nodes' security group (EKS), and every NetworkPolicy.";

test.each<[Surroundings | undefined, string | undefined, string, string]>([
  [
    undefined,
    undefined,
    "time-out: packets to TCP port 10250 of its Pods are dropped, or no replica answers",
    firewall(10250),
  ],
  [
    { port: 8443 },
    "10.96.1.2:443",
    "time-out at 10.96.1.2:443: packets to TCP port 8443 of its Pods are dropped, or no replica answers",
    firewall(8443),
  ],
  [{ readyReplicas: 0 }, undefined, "time-out, and no replica is ready", REPLICAS],
  [
    { readyReplicas: 1 },
    undefined,
    "time-out: 1 replica is ready, so something between the API server and TCP port 10250 of the Pods drops packets",
    firewall(10250),
  ],
  [
    { readyReplicas: 2, port: 8443 },
    "10.96.1.2:443",
    "time-out at 10.96.1.2:443: 2 replicas are ready, so something between the API server and TCP port 8443 of the Pods drops packets",
    firewall(8443),
  ],
])("a time-out among %j, at %s", (surroundings, address, cause, remedy) => {
  const facts = { why: "deadline exceeded", ...(address === undefined ? {} : { address }) };
  const verdict: Verdict = { outcome: "unreachable", reason: "time-out", ...facts };
  expect(explain(verdict, PROBE, surroundings)).toEqual({
    problem: `the API server cannot call the webhook: ${cause}`,
    remedy,
  });
});

const MESH =
  "Exclude Service pepr-system/pepr-gmsa and its Pods from the service mesh, and `.svc` from the API server's proxy (NO_PROXY).";

test.each<[Extract<Verdict, { outcome: "unreachable" }>["reason"], string, string]>([
  [
    "no such host",
    "its host name is unknown (no such host)",
    `The webhook is called by a URL, not by its Service. ${APPLY}`,
  ],
  [
    "tunnel",
    "the proxy or tunnel in front of it failed (no such host)",
    `Check the konnectivity agents, and add \`.svc\` to the API server's NO_PROXY. ${REPLICAS}`,
  ],
  [
    "client certificate",
    "TLS is refused, as by a service mesh that requires a client certificate (no such host)",
    MESH,
  ],
  ["other", "no such host", REPLICAS],
])("unreachable: %s", (reason, cause, remedy) => {
  const verdict: Verdict = { outcome: "unreachable", reason, why: "no such host" };
  const problem = `the API server cannot call the webhook: ${cause}`;
  expect(explain(verdict, PROBE)).toEqual({ problem, remedy });
});

test.each<[Extract<Verdict, { outcome: "unknown" }>["reason"], string, string, string]>([
  [
    "no service account",
    "shop/web",
    "service account shop/web does not exist",
    "Create it, or use another one.",
  ],
  [
    "no service account",
    "",
    "service account of namespace shop does not exist",
    "Create it, or use another one.",
  ],
  ["quota", "pods", "a ResourceQuota of namespace shop refused the Pod (pods)", ELSEWHERE],
  ["quota", "", "a ResourceQuota of namespace shop refused the Pod", ELSEWHERE],
  [
    "webhook",
    "a.example",
    "another webhook refused the Pod (a.example)",
    `Exempt Pods named gmsa-canary there. ${ELSEWHERE}`,
  ],
  ["invalid", "", "the API server refused the Pod: words", ELSEWHERE],
  ["other", "", "the API server refused the Pod: words", ELSEWHERE],
])("unknown: %s, of %j", (reason, who, problem, remedy) => {
  expect(explain({ outcome: "unknown", reason, who, why: "words" }, PROBE)).toEqual({
    problem: `unknown whether GMSA is checked: ${problem}`,
    remedy,
  });
});

test.each([
  ["  two\n\n \tlines. ", "two lines"],
  ["a.b.", "a.b"],
  ["x".repeat(160), "x".repeat(160)],
  ["x".repeat(161), `${"x".repeat(160)}…`],
  [`${"x".repeat(160)}.`, "x".repeat(160)],
])("%j is one line", (why, line) => {
  const { problem } = explain({ outcome: "unreachable", reason: "other", why }, PROBE);
  expect(problem).toBe(`the API server cannot call the webhook: ${line}`);
});

test("a refused connection without an address is that of the Service", () => {
  const verdict: Verdict = { outcome: "unreachable", reason: "connection refused", why: "" };
  expect(explain(verdict, PROBE).problem).toBe(
    "the API server cannot call the webhook: connection refused by Service pepr-system/pepr-gmsa: no replica is ready or listens",
  );
});
