/** The installation on a node that enforces NetworkPolicies, next to Pods without policies. */
import { CoreV1Api } from "@kubernetes/client-node";
import type { KubernetesObject } from "@kubernetes/client-node";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";

import { API_SERVER_PORT } from "../../testbed/node/node-config";
import { BUSYBOX_IMAGE } from "../../testbed/node/images";
import { startNodeBed, type OwnNodeBed } from "../../testbed/node/node-bed";
import { Rendering, render } from "../../testbed/manifests/rendering";
import { isReady, MODULE_NAMESPACE, nameOf, podsMatching, servingDeployment } from "./module-pods";
import { listen, networkOfNode, networkOfPod, outside, reached } from "./reach";
import type { Endpoint, Network } from "./reach";

const ELSEWHERE = "gmsa-elsewhere";
/** Enough time for kube-router to apply changes, even on a busy machine. */
const PATIENCE_MS = 30_000;

/** Which connections work: the answering endpoints by source network. */
export type Reach = Record<string, string[]>;

/** The port of a Deployment of ours: API servers call the webhook, and the others serve metrics. */
export function portOf(deployment: string): number {
  return deployment === servingDeployment().name ? 10250 : 3000;
}

function tcp(host: string, port: number): Endpoint {
  return { host, port, protocol: "tcp" };
}

function udp(host: string, port: number): Endpoint {
  return { host, port, protocol: "udp" };
}

interface RunningPod {
  namespace: string;
  pod: string;
  address: string;
}

/** The sources and endpoints of the connections. */
export class PolicyBed {
  readonly #core: CoreV1Api;
  /** All ready Pods of each of our Deployments. */
  readonly #ours: Record<string, RunningPod[]> = {};
  readonly #networks: Record<string, Network> = {};
  #others: Record<string, Endpoint> = {};

  private constructor(
    readonly bed: OwnNodeBed,
    readonly rendering: Rendering,
  ) {
    this.#core = bed.kubeConfig.makeApiClient(CoreV1Api);
  }

  /** Starts the node, installs the module with these components, and creates the other Pods. */
  static async start(components: readonly string[]): Promise<PolicyBed> {
    const yaml = await render(components);
    const folder = mkdtempSync(join(tmpdir(), "gmsa-policies-"));
    const install = join(folder, "install.yaml");
    writeFileSync(install, yaml);
    const bed = await startNodeBed({ install, enforcePolicies: true }).finally(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const started = new PolicyBed(bed, new Rendering(yaml));
    try {
      await started.#prepareOurs();
      await started.#prepareElsewhere();
    } catch (error) {
      await bed.stop();
      throw error;
    }
    return started;
  }

  /** The endpoints to try from a network; all of them for Pods that are not ours. */
  endpointsFor(from: string): string[] {
    return Object.keys(this.#endpointsFor(from));
  }

  /** Waits until the connections are as expected; returns the last result, also after a timeout. */
  async reach(expected: Reach): Promise<Reach> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await this.#measure();
      if (isDeepStrictEqual(found, expected) || Date.now() > end) return found;
      await sleep(200);
    }
  }

  async removePolicies(names: readonly string[]): Promise<void> {
    await this.bed.kubectl(["delete", "networkpolicy", "-n", MODULE_NAMESPACE, ...names]);
  }

  /** Applies all shipped policies, including those that exist. */
  async applyPolicies(): Promise<void> {
    const items: KubernetesObject[] = this.rendering.all("NetworkPolicy");
    const stdin = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await this.bed.kubectl(["apply", "-f", "-"], { stdin });
  }

  async #measure(): Promise<Reach> {
    const rows = Object.entries(this.#networks).map(async ([from, network]) => {
      return [from, await reached(network, this.#endpointsFor(from))] as const;
    });
    return Object.fromEntries(await Promise.all(rows));
  }

  /**
   * A Pod can always reach itself, so it tries neither its own address nor the Service that leads
   * there.
   */
  #endpointsFor(from: string): Record<string, Endpoint> {
    const ours = Object.entries(this.#ours).flatMap(([name, pods]) => {
      const address = (name === from ? pods.slice(1) : pods)[0]?.address;
      return address === undefined
        ? []
        : [
            [`${name}:${portOf(name)}`, tcp(address, portOf(name))] as const,
            [`${name}:${portOf(name)}/udp`, udp(address, portOf(name))] as const,
            [`${name}:4000`, tcp(address, 4000)] as const,
          ];
    });
    const others = Object.entries(this.#others).filter(([name]) => name !== `Service ${from}`);
    return Object.fromEntries([...ours, ...others]);
  }

  async #prepareOurs(): Promise<void> {
    for (const { metadata, spec } of this.rendering.all("Deployment")) {
      const name = metadata?.name ?? "";
      const pods = (await podsMatching(this.bed, spec?.selector.matchLabels ?? {})).filter(isReady);
      this.#ours[name] = pods.map(pod => ({
        namespace: MODULE_NAMESPACE,
        pod: nameOf(pod),
        address: pod.status?.podIP ?? "",
      }));
      for (const [index, pod] of (this.#ours[name] ?? []).entries()) {
        const network = await networkOfPod(this.bed, pod);
        if (index === 0) this.#networks[name] = network;
        await listen(network, { tcp: [4000], udp: [portOf(name)] });
      }
    }
  }

  async #prepareElsewhere(): Promise<void> {
    const { network } = this.bed.node;
    await this.bed.createNamespace(ELSEWHERE);
    const [neighbour, stranger] = await Promise.all(
      ["neighbour", "stranger"].map(name => this.#run(name)),
    );
    if (neighbour === undefined || stranger === undefined) throw new Error("no Pods elsewhere");
    const ports = { tcp: [443, 3000, 4000, 6443], udp: [443] };
    await listen(await networkOfPod(this.bed, neighbour), ports);
    const service = await this.#core.createNamespacedService({
      namespace: ELSEWHERE,
      body: {
        metadata: { name: "neighbour" },
        spec: { selector: { run: "neighbour" }, ports: [{ port: 443, targetPort: 4000 }] },
      },
    });
    const webhook = { namespace: MODULE_NAMESPACE, name: servingDeployment().name };
    const { spec } = await this.#core.readNamespacedService(webhook);
    this.#others = {
      "Service pepr-gmsa": tcp(spec?.clusterIP ?? "", 443),
      "the API server": tcp(network.nodeAddress, API_SERVER_PORT),
      "Service kubernetes": tcp(network.apiServiceAddress, 443),
      "the kubelet": tcp(network.nodeAddress, 10250),
      "neighbour:443": tcp(neighbour.address, 443),
      "neighbour:443/udp": udp(neighbour.address, 443),
      "neighbour:3000": tcp(neighbour.address, 3000),
      "neighbour:4000": tcp(neighbour.address, 4000),
      "neighbour:6443": tcp(neighbour.address, 6443),
      "a Service's 443 that is its Pod's 4000": tcp(service.spec?.clusterIP ?? "", 443),
    };
    this.#networks.stranger = await networkOfPod(this.bed, stranger);
    this.#networks["outside of the cluster"] = outside;
    this.#networks["their node"] = networkOfNode(this.bed);
  }

  async #run(name: string): Promise<RunningPod> {
    const namespace = ["-n", ELSEWHERE];
    const command = ["--", "sleep", "3600"];
    await this.bed.kubectl(["run", name, ...namespace, `--image=${BUSYBOX_IMAGE}`, ...command]);
    await this.bed.kubectl(["wait", ...namespace, "--for=condition=Ready", `pod/${name}`]);
    const { status } = await this.#core.readNamespacedPod({ namespace: ELSEWHERE, name });
    return { namespace: ELSEWHERE, pod: name, address: status?.podIP ?? "" };
  }
}
