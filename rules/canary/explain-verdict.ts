/** Renders verdicts: the result, and what to do about it. */
import type { CallFacts, CallFailure, Obstacle, Passed, Verdict } from "./probe-answer";
import { POLICY } from "./judge";
import { oneLine, pluralize, shortened } from "../text";
import type { Probe } from "./probe";

/** A verdict in words. */
export interface Explanation {
  /** A clause without a full stop. */
  problem: string;
  /** Sentences; empty if there is nothing to do. */
  remedy: string;
}

const SERVICE = "Service pepr-system/pepr-gmsa";
const WEBHOOKS = "the webhook configurations pepr-gmsa";
const APPLY = "Apply the installation again: run `kubectl apply -k .`, or `helm upgrade`.";
const KEEPER = "See `kubectl -n pepr-system logs deployment/pepr-gmsa-certificates`.";
const REPLICAS = "See `kubectl -n pepr-system get pods` and the replicas' logs.";
const LONGEST = 160;

/** Facts about the webhook that the answer does not contain. */
export interface Surroundings {
  /** The number of ready replicas, if known. It distinguishes a firewall from a webhook that is down. */
  readyReplicas?: number | undefined;
  /** The port of the replicas, behind port 443 of the Service. Defaults to 10250. */
  port?: number | undefined;
}

/** A probe with its verdict. */
interface Tried {
  probe: Probe;
  verdict: Verdict;
}

/**
 * Leaves out Pods that must be refused if one before, in the same namespace, has the same outcome: the cause
 * is the same.
 */
export function withoutRepeats<Result extends Tried>(results: readonly Result[]): Result[] {
  return results.filter(
    ({ probe, verdict }, index) =>
      probe.expect === "admitted" ||
      !results
        .slice(0, index)
        .some(
          before =>
            before.probe.expect === "refused" &&
            before.probe.namespace === probe.namespace &&
            before.verdict.outcome === verdict.outcome,
        ),
  );
}

/** The port in the manifests. */
const DEFAULT_PORT = 10250;

/** Explains a verdict and what to do about it. */
export function explain(
  verdict: Verdict,
  probe: Probe,
  { readyReplicas, port = DEFAULT_PORT }: Surroundings = {},
): Explanation {
  switch (verdict.outcome) {
    case "passed":
      return { problem: passed(verdict.reason, probe), remedy: "" };
    case "unchecked":
      return unchecked(verdict.reason, probe);
    case "refused":
      return refused(verdict, probe);
    case "unreachable":
      return CALLS[verdict.reason]({ ...verdict, readyReplicas, port });
    case "unknown":
      return obstacle(verdict, probe);
  }
}

function passed(reason: Passed, { namespace, credspec }: Probe): string {
  const pod =
    credspec === undefined
      ? "a Pod with GMSA contents but no name"
      : `a Pod that names credential spec ${credspec}`;
  switch (reason) {
    case "refused by the webhook":
      return `${pod} is refused by the webhook in namespace ${namespace}`;
    case "refused by the policy":
      return `${pod} is refused by the policy in namespace ${namespace}`;
    case "admitted":
      return `a Pod without GMSA is admitted in namespace ${namespace}`;
    case "filled in":
      return `${pod} is admitted in namespace ${namespace}`;
  }
}

function unchecked(
  reason: Extract<Verdict, { outcome: "unchecked" }>["reason"],
  { namespace, credspec }: Probe,
): Explanation {
  switch (reason) {
    case "admitted":
      return {
        problem: `a Pod with GMSA contents but no name was admitted in namespace ${namespace}: GMSA is not checked there`,
        remedy: `ValidatingWebhookConfiguration/pepr-gmsa is missing or was not asked. ${APPLY}`,
      };
    case "contents missing":
      return {
        problem: `a Pod that names credential spec ${credspec ?? ""} was admitted without contents in namespace ${namespace}: no webhook saw it`,
        remedy: `MutatingWebhookConfiguration/pepr-gmsa and ValidatingWebhookConfiguration/pepr-gmsa are missing or were not asked. ${APPLY}`,
      };
    case "policy silent":
      return {
        problem: `ValidatingAdmissionPolicy/${POLICY} did not refuse GMSA in namespace ${namespace}: GMSA is admitted unchecked in kube-system and pepr-system`,
        remedy: `The policy or its binding is missing or was changed. ${APPLY}`,
      };
  }
}

function refused(
  verdict: Extract<Verdict, { outcome: "refused" }>,
  { namespace, expect }: Probe,
): Explanation {
  const { reason, why } = verdict;
  if (reason === "cannot ask") {
    return {
      problem: `the webhook gets no answer from the API server, and refuses every Pod that names a credential spec: ${short(why)}`,
      remedy: remedyOfAsking(verdict.code),
    };
  }
  if (reason === "policy") {
    return {
      problem: `GMSA is refused in namespace ${namespace}, which the webhook does not cover`,
      remedy: "Use a namespace that the policy does not cover.",
    };
  }
  return {
    problem: `the webhook refused the Pod that must be ${expect} in namespace ${namespace}: ${short(why)}`,
    remedy:
      expect === "admitted"
        ? "Correct the problem in the refusal; `gmsa doctor` shows whether the installation is complete."
        : REPLICAS,
  };
}

/** @param code the HTTP status of the API server's answer, if there was one. */
function remedyOfAsking(code: number | undefined): string {
  if (code === 401) {
    return "The token of its Pods is not valid, for example because their service account was recreated. Run `kubectl -n pepr-system rollout restart deployment/pepr-gmsa`.";
  }
  if (code === 403) {
    return `ClusterRole/pepr-gmsa and ClusterRoleBinding/pepr-gmsa grant it. ${APPLY}`;
  }
  return `Allow connections from its Pods to the API server, in NetworkPolicies (egress), firewalls and the service mesh. ${REPLICAS}`;
}

type Sentence = (
  facts: CallFacts & { readyReplicas: number | undefined; port: number },
) => Explanation;

function unreachable(cause: string, remedy: string): Explanation {
  return { problem: `the API server cannot call the webhook: ${cause}`, remedy };
}

const firewall = (port: number): string =>
  `Open TCP port ${port} from the API server to the Pods of ${SERVICE}: ` +
  "in the firewall of the control plane (GKE), the nodes' security group (EKS), and every NetworkPolicy.";
const MESH = `Exclude ${SERVICE} and its Pods from the service mesh, and \`.svc\` from the API server's proxy (NO_PROXY).`;
const RENEW = `${KEEPER} If you supplied the certificate, run \`gmsa certs use\` to replace it.`;

const CALLS: Readonly<Record<CallFailure, Sentence>> = {
  "no service": ({ why }) => unreachable(short(why), APPLY),
  "no endpoint": () => unreachable(`${SERVICE} has no ready endpoint`, REPLICAS),
  "connection refused": ({ address = SERVICE }) =>
    unreachable(`connection refused by ${address}: no replica is ready or listens`, REPLICAS),
  "time-out": ({ address, readyReplicas, port }) => {
    const connecting = address === undefined ? "time-out" : `time-out at ${address}`;
    if (readyReplicas === 0) return unreachable(`${connecting}, and no replica is ready`, REPLICAS);
    const cause =
      readyReplicas === undefined
        ? `packets to TCP port ${port} of its Pods are dropped, or no replica answers`
        : `${pluralize(readyReplicas, "replica")} ${readyReplicas === 1 ? "is" : "are"} ready, so something between the API server and TCP port ${port} of the Pods drops packets`;
    return unreachable(`${connecting}: ${cause}`, firewall(port));
  },
  "connection closed": ({ why }) =>
    unreachable(
      `the connection was closed before an answer (${short(why)})`,
      `${REPLICAS} ${MESH}`,
    ),
  "no route": ({ why, port }) =>
    unreachable(`no route to its Pods (${short(why)})`, firewall(port)),
  "no such host": ({ why }) =>
    unreachable(`its host name is unknown (${short(why)})`, `${calledBy("a URL")} ${APPLY}`),
  tunnel: ({ why }) =>
    unreachable(
      `the proxy or tunnel in front of it failed (${short(why)})`,
      `Check the konnectivity agents, and add \`.svc\` to the API server's NO_PROXY. ${REPLICAS}`,
    ),
  "unknown CA": () =>
    unreachable(
      `its certificate is signed by a CA that ${WEBHOOKS} do not trust (caBundle)`,
      `pepr-gmsa-certificates adds the CA within seconds. ${KEEPER}`,
    ),
  "other names": ({ names }) =>
    unreachable(
      `its certificate is ${names === undefined ? "not" : `for ${short(names)}, not`} for pepr-gmsa.pepr-system.svc`,
      RENEW,
    ),
  expired: () => unreachable("its certificate has expired or is not valid yet", RENEW),
  "not TLS": () => unreachable("the answer is plain HTTP, not TLS", MESH),
  "client certificate": ({ why }) =>
    unreachable(
      `TLS is refused, as by a service mesh that requires a client certificate (${short(why)})`,
      MESH,
    ),
  TLS: ({ why }) => unreachable(`TLS fails (${short(why)})`, RENEW),
  "wrong path": () =>
    unreachable(
      `${WEBHOOKS} call a path that the replicas do not know (401 or 404)`,
      `pepr-gmsa-certificates writes the path of Secret pepr-gmsa-api-path within seconds. ${KEEPER}`,
    ),
  "foreign answer": ({ why }) =>
    unreachable(`the answer is not the webhook's: ${short(why)}`, `${MESH} ${REPLICAS}`),
  other: ({ why }) => unreachable(short(why), REPLICAS),
};

function calledBy(what: string): string {
  return `The webhook is called by ${what}, not by its Service.`;
}

type Unknown = Extract<Verdict, { outcome: "unknown" }>;

function obstacle({ reason, who, why }: Unknown, { namespace }: Probe): Explanation {
  const { problem, remedy } = OBSTACLES[reason]({ who, why: short(why), namespace });
  return { problem: `unknown whether GMSA is checked: ${problem}`, remedy };
}

type Facts = Record<"who" | "why" | "namespace", string>;
const ELSEWHERE = "Try another namespace with `gmsa doctor -n NAMESPACE`.";

const OBSTACLES: Readonly<Record<Obstacle, (facts: Facts) => Explanation>> = {
  "no answer": ({ why }) => ({ problem: why, remedy: "Try again when the API server answers." }),
  "no right": ({ namespace }) => ({
    problem: `needs the right to create pods in namespace ${namespace}`,
    remedy: `The ClusterRole \`edit\` has it; nothing is created. ${ELSEWHERE}`,
  }),
  "no namespace": ({ namespace }) => ({
    problem: `namespace ${namespace} does not exist`,
    remedy: ELSEWHERE,
  }),
  "namespace ends": ({ namespace }) => ({
    problem: `namespace ${namespace} is being deleted`,
    remedy: ELSEWHERE,
  }),
  "no service account": ({ namespace, who }) => ({
    problem: `service account ${who === "" ? `of namespace ${namespace}` : who} does not exist`,
    remedy: "Create it, or use another one.",
  }),
  quota: ({ who, namespace }) => ({
    problem: `a ResourceQuota of namespace ${namespace} refused the Pod${named(who)}`,
    remedy: ELSEWHERE,
  }),
  "limit range": ({ why, namespace }) => ({
    problem: `a LimitRange of namespace ${namespace} refused the Pod: ${why}`,
    remedy: ELSEWHERE,
  }),
  "pod security": ({ who, namespace }) => ({
    problem: `Pod Security of namespace ${namespace} refused the Pod${named(who)}`,
    remedy: ELSEWHERE,
  }),
  webhook: ({ who }) => ({
    problem: `another webhook refused the Pod${named(who)}`,
    remedy: `Exempt Pods named gmsa-canary there. ${ELSEWHERE}`,
  }),
  "webhook unreachable": ({ who }) => ({
    problem: `another webhook cannot be called${named(who)}`,
    remedy: `Ask its operator to repair it. ${ELSEWHERE}`,
  }),
  "no dry run": ({ who }) => ({
    problem: `another webhook does not accept dry runs${named(who)}`,
    remedy: `Exempt Pods named gmsa-canary there, or set its sideEffects to NoneOnDryRun if that is true. ${ELSEWHERE}`,
  }),
  policy: ({ who }) => ({
    problem: `another policy refused the Pod${named(who)}`,
    remedy: `Exempt Pods named gmsa-canary there. ${ELSEWHERE}`,
  }),
  invalid: ({ why }) => ({ problem: `the API server refused the Pod: ${why}`, remedy: ELSEWHERE }),
  other: ({ why }) => ({ problem: `the API server refused the Pod: ${why}`, remedy: ELSEWHERE }),
};

function named(who: string): string {
  return who === "" ? "" : ` (${who})`;
}

/** Shortens a text to one line of at most 160 characters. */
function short(text: string): string {
  return shortened(oneLine(text).replace(/\.$/, ""), LONGEST);
}
