/** Nodes start and stop without leaving anything behind. On nodes of their own. */
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { silent, sleep } from "../../testbed/process/log";
import { findImageStore } from "../../testbed/node/image-store";
import { BUSYBOX_IMAGE, nodeImages } from "../../testbed/node/images";
import { startNode } from "../../testbed/node/node";
import { findKubernetes, findNodePrograms } from "../../testbed/node/prerequisites";
import { describeOnNode } from "../setup/node-stage";
import { NOTHING, leftoversOf } from "./leftovers";
import type { Leftovers, NodeTraces } from "./leftovers";

const run = promisify(execFile);
const ROOT = join(__dirname, "../..");
/** A test may be stopped during a step that takes long. */
const PATIENCE_MS = 60_000;

/** Runs `testbed/up.ts --node` until its node is up. */
interface RunningNode extends NodeTraces {
  owner: ChildProcess;
  kubeconfig: string;
}

const owners: ChildProcess[] = [];

async function startOwner(): Promise<RunningNode> {
  const owner = spawn(
    process.execPath,
    ["--import", "tsx", join(ROOT, "testbed/up.ts"), "--node"],
    { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] },
  );
  owners.push(owner);
  const kubeconfig = await new Promise<string>((resolve, reject) => {
    let output = "";
    owner.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const path = /export KUBECONFIG=(\S+)\n/.exec(output)?.[1];
      if (path !== undefined) resolve(path);
    });
    owner.once("exit", code => {
      reject(new Error(`up.ts ended with ${String(code)}`));
    });
  });
  const { kubectl } = await findKubernetes(silent);
  const { stdout } = await run(kubectl, ["--kubeconfig", kubeconfig, "config", "view"]);
  const [, network = "", last = ""] = /https:\/\/(\d+\.\d+\.\d+\.)(\d+):/.exec(stdout) ?? [];
  return {
    owner,
    kubeconfig,
    dir: dirname(kubeconfig),
    hostAddress: `${network}${Number(last) - 1}`,
  };
}

async function runPod({ kubeconfig }: RunningNode): Promise<void> {
  const { kubectl } = await findKubernetes(silent);
  const flags = ["--kubeconfig", kubeconfig];
  await run(kubectl, [...flags, "run", "p", `--image=${BUSYBOX_IMAGE}`, "--", "sleep", "3600"]);
  await run(kubectl, [...flags, "wait", "--for=condition=Ready", "pod/p", "--timeout=60s"]);
}

/** Waits until nothing is left; returns what is left after the timeout. */
async function afterAWhile(traces: NodeTraces): Promise<Leftovers> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = leftoversOf(traces);
    const isEmpty = Object.values(found).every(list => (list as string[]).length === 0);
    if (isEmpty || Date.now() > end) return found;
    await sleep(200);
  }
}

describeOnNode("nodes that are started at the same moment", () => {
  let nodes: RunningNode[] = [];

  beforeAll(async () => {
    nodes = await Promise.all([startOwner(), startOwner()]);
    await Promise.all(nodes.map(runPod));
  }, 300_000);

  afterAll(() => {
    for (const owner of owners) owner.kill("SIGINT");
  });

  test("run side by side, and leave traces while they run", () => {
    const found = nodes.map(leftoversOf);

    expect(new Set(nodes.map(({ hostAddress }) => hostAddress)).size).toBe(2);
    for (const { processes, interfaces, cgroups, mounts, folders } of found) {
      // Kubernetes' programs, and those of the Pod.
      expect(processes.length).toBeGreaterThan(8);
      expect(processes).toContain("sleep 3600 ");
      expect(interfaces).toHaveLength(1);
      expect(cgroups.length).toBeGreaterThan(0);
      expect(folders).toHaveLength(1);
      // The mounts are in a namespace of their own.
      expect(mounts).toEqual([]);
    }
  });

  test.each([
    ["is killed with SIGKILL", 0, "SIGKILL"],
    ["is interrupted with Ctrl-C", 1, "SIGINT"],
  ] as const)(
    "are gone without a trace when their owner %s",
    async (_how, index, signal) => {
      const node = nodes[index];
      if (node === undefined) throw new Error("the node was not started");
      node.owner.kill(signal);
      expect(await afterAWhile(node)).toEqual(NOTHING);
    },
    PATIENCE_MS + 10_000,
  );
});

describeOnNode("a node that cannot start", () => {
  test("reports which program ended, with its output, and leaves nothing behind", async () => {
    const programs = await findNodePrograms();
    const kubernetes = await findKubernetes(silent);
    const images = await findImageStore(programs, await nodeImages(programs), silent);
    const broken = mkdtempSync(join(tmpdir(), "gmsa-broken-"));
    const namesBefore = nodeFolders();
    try {
      for (const name of readdirSync(kubernetes.dir)) {
        const target = name === "kubelet" ? "/bin/false" : join(kubernetes.dir, name);
        symlinkSync(target, join(broken, name));
      }
      const start = startNode({
        programs,
        kubernetes: { ...kubernetes, dir: broken },
        images,
        log: silent,
      });
      await expect(start).rejects.toThrow(/^kubelet ended/);
      expect(nodeFolders()).toEqual(namesBefore);
    } finally {
      rmSync(broken, { recursive: true, force: true });
    }
  }, 120_000);

  function nodeFolders(): string[] {
    return [tmpdir(), "/sys/fs/cgroup", "/sys/fs/cgroup/memory"].flatMap(folder => {
      try {
        return readdirSync(folder).filter(name => name.startsWith("gmsa-node-"));
      } catch {
        return [];
      }
    });
  }
});
