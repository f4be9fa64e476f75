/** Every rendering of the installation: its Pods, and the objects that they need. */
import type { V1Deployment, V1PodSpec } from "@kubernetes/client-node";

import { combinations } from "../../testbed/manifests/overlay";
import { render, Rendering } from "../../testbed/manifests/rendering";

const SELECTED = { app: "pepr-gmsa", "pepr.dev/controller": "admission" };
const LABELS = { "app.kubernetes.io/name": "gmsa", "app.kubernetes.io/part-of": "gmsa" };

/** The same value for each Deployment of a rendering. */
function everyDeployment(rendering: Rendering, value: unknown): Record<string, unknown> {
  return rendering.ofDeployments(() => value);
}

function podSpec(deployment: V1Deployment): V1PodSpec {
  const { spec } = deployment.spec?.template ?? {};
  if (spec === undefined) throw new Error("the Deployment has no Pod");
  return spec;
}

describe.each(combinations)("$title", ({ with: chosen }) => {
  let rendering: Rendering;
  let webhook: V1Deployment;
  const onNodes = chosen.includes("host-network");
  const port = onNodes ? 9443 : 10250;
  /** OpenShift assigns Pods the ids of their namespace. */
  const ids = chosen.includes("openshift") ? {} : { runAsUser: 65532, runAsGroup: 65532 };

  beforeAll(async () => {
    rendering = new Rendering(await render(chosen));
    webhook = rendering.get("Deployment", "pepr-gmsa");
  });

  describe("availability", () => {
    test("two replicas, or one if that was chosen", () => {
      expect(webhook.spec?.replicas).toBe(chosen.includes("one-replica") ? 1 : 2);
    });

    test("a rollout never removes a serving replica first, unless replicas use a port of their node", () => {
      expect(webhook.spec?.strategy).toEqual({
        type: "RollingUpdate",
        rollingUpdate: onNodes
          ? { maxUnavailable: 1, maxSurge: 0 }
          : { maxUnavailable: 0, maxSurge: 1 },
      });
      expect(webhook.spec?.minReadySeconds).toBe(5);
    });

    test("replicas of one revision are on different nodes, and in different zones if possible", () => {
      const common = {
        maxSkew: 1,
        nodeAffinityPolicy: "Honor",
        nodeTaintsPolicy: "Honor",
        matchLabelKeys: ["pod-template-hash"],
        labelSelector: { matchLabels: SELECTED },
      };
      expect(podSpec(webhook).topologySpreadConstraints).toEqual([
        { ...common, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "DoNotSchedule" },
        {
          ...common,
          topologyKey: "topology.kubernetes.io/zone",
          whenUnsatisfiable: "ScheduleAnyway",
        },
      ]);
      expect(webhook.spec?.template.metadata?.labels).toMatchObject(SELECTED);
    });

    test("a drain evicts one replica at a time, and is not blocked by one that is not ready", () => {
      const budgets = rendering.all("PodDisruptionBudget");
      const budget = {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: SELECTED },
      };
      expect(budgets.map(({ spec }) => spec)).toEqual(
        chosen.includes("one-replica") ? [] : [budget],
      );
    });

    test("three revisions are kept", () => {
      expect(webhook.spec?.revisionHistoryLimit).toBe(3);
    });

    test("Pods have a system priority class, and the namespace a quota for it", () => {
      expect(rendering.ofDeployments(deployment => podSpec(deployment).priorityClassName)).toEqual(
        everyDeployment(rendering, "system-cluster-critical"),
      );
      const { spec } = rendering.get("ResourceQuota", "gmsa-critical-pods");
      expect(spec?.scopeSelector?.matchExpressions).toEqual([
        { scopeName: "PriorityClass", operator: "In", values: ["system-cluster-critical"] },
      ]);
    });

    test("Pods run on Linux nodes, those of the control plane and of the system included", () => {
      const placement = rendering.ofDeployments(deployment => {
        const { nodeSelector, tolerations } = podSpec(deployment);
        return { nodeSelector, tolerations };
      });
      const lost = { operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 };
      expect(placement).toEqual(
        everyDeployment(rendering, {
          nodeSelector: { "kubernetes.io/os": "linux" },
          tolerations: [
            {
              key: "node-role.kubernetes.io/control-plane",
              operator: "Exists",
              effect: "NoSchedule",
            },
            { key: "CriticalAddonsOnly", operator: "Exists" },
            { key: "node.kubernetes.io/not-ready", ...lost },
            { key: "node.kubernetes.io/unreachable", ...lost },
          ],
        }),
      );
    });

    test("the webhook has its requests and a memory limit, and no CPU limit", () => {
      expect(podSpec(webhook).containers.map(({ resources }) => resources)).toEqual([
        { requests: { cpu: "100m", memory: "320Mi" }, limits: { memory: "512Mi" } },
      ]);
    });

    test("every container has requests, and a memory limit", () => {
      const missing = rendering.ofDeployments(deployment =>
        podSpec(deployment)
          .containers.filter(({ resources }) => {
            const { requests, limits } = resources ?? {};
            return !requests?.cpu || !requests.memory || !limits?.memory;
          })
          .map(({ name }) => name),
      );
      expect(missing).toEqual(everyDeployment(rendering, []));
    });
  });

  describe("security", () => {
    test("every container runs without root, capabilities or a writable file system", () => {
      const contexts = rendering.ofDeployments(deployment => {
        const { containers, initContainers = [] } = podSpec(deployment);
        return [...initContainers, ...containers].map(({ securityContext }) => securityContext);
      });
      expect(contexts).toEqual(
        everyDeployment(rendering, [
          {
            runAsNonRoot: true,
            ...ids,
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            privileged: false,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
          },
        ]),
      );
    });

    test("so does every Pod, and it shares nothing with its node but the network, if that was chosen", () => {
      const pods = rendering.ofDeployments(deployment => {
        const { securityContext, hostNetwork, hostPID, hostIPC, dnsPolicy } = podSpec(deployment);
        return { securityContext, hostNetwork, hostPID, hostIPC, dnsPolicy };
      });
      const securityContext = {
        runAsNonRoot: true,
        ...ids,
        ...(!chosen.includes("openshift") && { fsGroup: 65532 }),
        seccompProfile: { type: "RuntimeDefault" },
      };
      expect(pods).toEqual({
        ...everyDeployment(rendering, { securityContext }),
        "pepr-gmsa": {
          securityContext,
          ...(onNodes && { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" }),
        },
      });
    });

    test("no mesh injects a sidecar or takes their traffic", () => {
      const metadata = rendering.ofDeployments(
        deployment => deployment.spec?.template.metadata ?? {},
      );
      expect(metadata).toMatchObject(
        everyDeployment(rendering, {
          labels: { "sidecar.istio.io/inject": "false", "istio.io/dataplane-mode": "none" },
          annotations: { "sidecar.istio.io/inject": "false", "linkerd.io/inject": "disabled" },
        }),
      );
    });

    test("every Pod passes its namespace and service account to its program", () => {
      const variables = rendering.ofDeployments(deployment =>
        (podSpec(deployment).containers[0]?.env ?? []).filter(({ name }) =>
          name.startsWith("POD_"),
        ),
      );
      expect(variables).toEqual(
        everyDeployment(rendering, [
          {
            name: "POD_NAMESPACE",
            valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } },
          },
          {
            name: "POD_SERVICE_ACCOUNT",
            valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.serviceAccountName" } },
          },
        ]),
      );
    });

    test("a Pod gets a token because it asks for it, not by its ServiceAccount", () => {
      expect(
        rendering.ofDeployments(deployment => podSpec(deployment).automountServiceAccountToken),
      ).toEqual(everyDeployment(rendering, true));
      const accounts = rendering.all("ServiceAccount");
      expect(accounts.length).toBeGreaterThan(0);
      expect(
        accounts
          .filter(account => account.automountServiceAccountToken !== false)
          .map(({ metadata }) => metadata?.name),
      ).toEqual([]);
    });

    test("the namespace warns about and audits Pods that are not restricted, and refuses them if that was chosen", () => {
      const { metadata } = rendering.get("Namespace", "pepr-system");
      const levels = Object.entries(metadata?.labels ?? {})
        .filter(([key]) => key.startsWith("pod-security.kubernetes.io/"))
        .map(([key, value]) => [key.split("/")[1], value] as const);
      const level = onNodes ? "privileged" : "restricted";
      expect(Object.fromEntries(levels)).toEqual({
        warn: level,
        "warn-version": "latest",
        audit: level,
        "audit-version": "latest",
        ...(onNodes && { enforce: "privileged", "enforce-version": "latest" }),
        ...(chosen.includes("restricted-namespace") && {
          enforce: "restricted",
          // With `latest`, an upgrade of the cluster could refuse the webhook's own Pods.
          "enforce-version": "v1.30",
        }),
      });
    });

    test("the webhook's port is the same wherever it stands", () => {
      const [container] = podSpec(webhook).containers;
      const { ports, env, startupProbe, readinessProbe, livenessProbe } = container ?? {};
      expect({
        ports,
        env: env?.find(({ name }) => name === "WEBHOOK_PORT")?.value,
        probes: [startupProbe, readinessProbe, livenessProbe].map(probe => probe?.httpGet?.port),
        service: rendering.get("Service", "pepr-gmsa").spec?.ports,
      }).toEqual({
        ports: [{ containerPort: port }],
        env: String(port),
        probes: [port, port, port],
        service: [{ name: "https", port: 443, targetPort: port }],
      });
    });

    test("every Pod may reach ports 443 and 6443 of any address, and the webhook is reached on its port only", () => {
      const policies = rendering.all("NetworkPolicy");
      const tcp = (...ports: number[]): unknown => [
        { ports: ports.map(port => ({ protocol: "TCP", port })) },
      ];
      const specs = Object.fromEntries(
        policies.map(({ metadata, spec }) => [metadata?.name ?? "", spec ?? {}]),
      );
      // Compare whole policies: an additional field could allow or block other traffic.
      expect(specs).toEqual({
        "gmsa-api-server": {
          podSelector: { matchLabels: { "app.kubernetes.io/name": "gmsa" } },
          policyTypes: ["Ingress", "Egress"],
          egress: tcp(443, 6443),
        },
        "gmsa-webhook": {
          podSelector: { matchLabels: SELECTED },
          policyTypes: ["Ingress"],
          ingress: tcp(port),
        },
        "gmsa-certificates": {
          podSelector: { matchLabels: { app: "pepr-gmsa-certificates" } },
          policyTypes: ["Ingress", "Egress"],
          ingress: tcp(3000),
          egress: [
            {
              // A Pod on its node's network has the node's address, which labels do not match.
              ...(!onNodes && { to: [{ podSelector: { matchLabels: SELECTED } }] }),
              ports: [{ protocol: "TCP", port }],
            },
          ],
        },
        ...(rendering
          .all("Deployment")
          .some(({ metadata }) => metadata?.name === "pepr-gmsa-canary") && {
          "gmsa-canary": {
            podSelector: { matchLabels: { app: "pepr-gmsa-canary" } },
            policyTypes: ["Ingress"],
            ingress: tcp(3000),
          },
        }),
      });
      const labels = rendering.ofDeployments(
        deployment => deployment.spec?.template.metadata?.labels,
      );
      expect(labels).toMatchObject(everyDeployment(rendering, LABELS));
    });
  });
});
