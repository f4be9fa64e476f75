/** `npx pepr dev` as docs/contributing/clusters.md describes it, on a cluster with the installation. */
import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import type { Bed } from "../../testbed/bed/bed";
import { startBed } from "../../testbed/bed/local-bed";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { Objects } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { podOf } from "../../testbed/objects/pods";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { forgetGroup, watchGroup } from "../../testbed/process/watchdog";
import { describeOnOwnBed } from "../setup/own-bed";

const ROOT = resolve(__dirname, "../..");
const PRELOAD = join(ROOT, "testbed/controller/preload.cjs");
const NAMESPACE = "gmsa-pepr-dev";
/** A part of a refusal, and the source file that contains it. */
const RULE = { file: "rules/admission/denial.ts", words: "is not authorized to" };
const CONFIGURATIONS = "mutatingwebhookconfigurations,validatingwebhookconfigurations";

describeOnOwnBed("npx pepr dev, where the module is installed", () => {
  let bed: Bed;
  let objects: Objects;
  let sources: string;
  let dev: DevelopmentLoop | undefined;

  beforeAll(async () => {
    sources = copyOfSources();
    bed = await startBed({ replicas: 1, install: MANIFEST });
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("webapp1", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "granted", {
      role: "use-webapp1",
      credspecs: ["webapp1"],
    });
  }, 300_000);

  afterAll(async () => {
    dev?.signal("SIGKILL");
    await bed.stop();
    rmSync(sources, { recursive: true, force: true });
  });

  /** The contents of a Pod that may use its credential spec, or why there are none. */
  async function contentsGiven(): Promise<string> {
    const pod = podOf(NAMESPACE, "p", { serviceAccount: "granted", credspec: "webapp1" });
    const outcome = await objects.createPod(pod, { dryRun: true });
    if (!outcome.admitted) return outcome.message;
    return outcome.pod.spec?.securityContext?.windowsOptions?.gmsaCredentialSpec ?? "";
  }

  /** Why a Pod that may not use it is refused; empty if it is admitted. */
  async function refusal(): Promise<string> {
    const pod = podOf(NAMESPACE, "p", { credspec: "webapp1" });
    const outcome = await objects.createPod(pod, { dryRun: true });
    return outcome.admitted ? "" : outcome.message;
  }

  async function untilBoth(words: string, withinMs: number): Promise<void> {
    await eventually(contentsGiven, given => given === validContents(), withinMs);
    await eventually(refusal, message => message.includes(words), withinMs);
  }

  test("admits and refuses from the sources", async () => {
    await untilBoth(RULE.words, 10_000);

    await bed.kubectl(["scale", "deployment", "-n", "pepr-system", "--all", "--replicas=0"]);
    // Nodes would stop the Pods now.
    await bed.controllers?.stop();
    await bed.kubectl(["delete", CONFIGURATIONS, "pepr-gmsa"]);
    dev = new DevelopmentLoop(sources, bed.kubeconfigPath);

    // In parallel with other tests, a start takes more than a minute.
    await untilBoth(RULE.words, 240_000);
    expect(await bed.kubectl(["get", CONFIGURATIONS, "-o", "yaml"])).toMatchObject({
      stdout: expect.stringContaining("url: https://localhost:3000/mutate/") as string,
    });
  }, 300_000);

  test("follows a change of a rule", async () => {
    const file = join(sources, RULE.file);
    const text = readFileSync(file, "utf8");
    expect(text.split(RULE.words)).toHaveLength(2);
    writeFileSync(file, text.replace(RULE.words, "must not by this change"));

    await untilBoth("must not by this change", 120_000);
  }, 240_000);

  test("ends on Ctrl-C, and removes its webhooks", async () => {
    dev?.signal("SIGINT");
    await eventually(
      () => Promise.resolve(dev?.isRunning),
      running => running === false,
    );
    const { stdout } = await bed.kubectl(["get", CONFIGURATIONS, "-o", "name"]);
    expect(stdout).toBe("");
  }, 30_000);

  test("leaves an installation that serves again when it is applied", async () => {
    await bed.kubectl(["apply", "-f", MANIFEST]);
    // Nodes would start the Pods now.
    await bed.runControllers({ replicas: 1 });
    await untilBoth(RULE.words, 60_000);

    const { stdout } = await bed.kubectl(["get", CONFIGURATIONS, "-o", "yaml"]);
    expect(stdout).not.toContain("url: ");
    expect(stdout).toContain("service:");
  }, 180_000);
});

/** A copy of the working tree, with the same packages. */
function copyOfSources(): string {
  const folder = mkdtempSync(join(tmpdir(), "gmsa-pepr-dev-"));
  const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", listed, { cwd: ROOT, encoding: "utf8" });
  for (const file of files.split("\0").filter(name => name !== "")) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** `npx pepr dev` in a process group of its own, as in a terminal. */
class DevelopmentLoop {
  readonly #group: number;

  constructor(sources: string, kubeconfig: string) {
    const output = openSync(join(sources, "pepr-dev.log"), "w");
    const { pid } = spawn("npx", ["pepr", "dev", "--yes", "--host", "localhost"], {
      cwd: sources,
      env: {
        ...process.env,
        KUBECONFIG: kubeconfig,
        // Pepr listens on port 3000 of all addresses, and other beds use that port of theirs.
        NODE_OPTIONS: `--require "${PRELOAD}"`,
        GMSA_BED_ROOT: "/",
        GMSA_BED_MOUNTS: "[]",
        GMSA_BED_LISTEN: "127.0.0.1:3000",
      },
      detached: true,
      stdio: ["ignore", output, output],
    });
    if (pid === undefined) throw new Error("npx cannot be started");
    this.#group = pid;
    watchGroup(pid);
  }

  /** npx exits at once on Ctrl-C, and Pepr after it. */
  get isRunning(): boolean {
    return this.signal(0);
  }

  /** Whether the group still has a process. */
  signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.#group, signal);
    } catch {
      forgetGroup(this.#group);
      return false;
    }
  }
}
