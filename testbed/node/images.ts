import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { controlPlaneModule, kubernetesVersion } from "../programs/control-plane-programs";
import { PAUSE_IMAGE } from "./containerd";
import { digestOf, type ImagePlan } from "./image";
import type { NodePrograms } from "./prerequisites";
import { filesOf, productionPackages } from "./production-packages";

const run = promisify(execFile);

const repository = resolve(__dirname, "../..");

/** Image with a shell and the usual commands, for Pods of tests. */
export const BUSYBOX_IMAGE = "registry.test/busybox:1";

/** User and group id of the controller, in Pepr's image and in ours. */
const CONTROLLER_USER = 65532;

/** The name of Pepr's image in the Deployments that it writes. */
export function controllerImageName(): string {
  const text = readFileSync(join(repository, "node_modules/pepr/package.json"), "utf8");
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(text));
  return `ghcr.io/defenseunicorns/pepr/controller:v${version}`;
}

/** The shared libraries and the loader of a program; empty for a static program. */
async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await run("ldd", [program]).catch(() => ({ stdout: "" }));
  return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].map(([, path = ""]) => path).sort();
}

async function digestsOf(files: readonly string[]): Promise<[string, string][]> {
  return Promise.all(files.map(async file => [file, await digestOf(file)] as [string, string]));
}

/** Creates a folder that every user may enter, whatever the umask. */
function makeFolder(path: string, mode = 0o755): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
}

function makeParents(root: string, path: string): void {
  const parts = dirname(path)
    .split("/")
    .filter(part => part !== "");
  for (const [index] of parts.entries()) makeFolder(join(root, ...parts.slice(0, index + 1)));
}

function install(root: string, source: string, path: string): void {
  makeParents(root, path);
  copyFileSync(source, join(root, path));
  chmodSync(join(root, path), 0o755);
}

/** Creates a root file system with users and a temporary folder only. */
function makeRoot(scratch: string): string {
  const root = join(scratch, "root");
  makeFolder(root);
  makeFolder(join(root, "tmp"), 0o1777);
  makeFolder(join(root, "etc"));
  const passwd = join(root, "etc/passwd");
  const users = ["root:x:0:0:root:/:/bin/sh", `node:x:${CONTROLLER_USER}:${CONTROLLER_USER}::/:`];
  writeFileSync(passwd, `${users.join("\n")}\n`);
  chmodSync(passwd, 0o644);
  return root;
}

/**
 * Builds an image like Pepr's: Node.js as the entry point, and in /app the packages that Pepr and
 * the module load from outside their bundle. Contains the Node.js that runs this process.
 */
async function controllerPlan(): Promise<ImagePlan> {
  const node = process.execPath;
  const libraries = await librariesOf(node);
  const packages = productionPackages(repository, ["pepr", "@kubernetes/client-node"]);
  return {
    name: controllerImageName(),
    config: { Entrypoint: ["/usr/bin/node"], User: String(CONTROLLER_USER), WorkingDir: "/app" },
    inputs: { node: await digestsOf([node, ...libraries]), packages },
    layers: scratch => {
      const root = makeRoot(scratch);
      install(root, node, "/usr/bin/node");
      for (const library of libraries) install(root, library, library);
      makeFolder(join(root, "app"));
      chownSync(join(root, "app"), CONTROLLER_USER, CONTROLLER_USER);
      const files = packages.flatMap(item => filesOf(repository, item));
      const modules = { folder: repository, files, prefix: "app/", owner: CONTROLLER_USER };
      return Promise.resolve([{ folder: root }, modules]);
    },
  };
}

/** The folder with the Kubernetes sources, which Go downloads to build it. */
async function kubernetesSources(): Promise<string> {
  const { stdout } = await run("go", ["mod", "download", "-json", "k8s.io/kubernetes"], {
    cwd: controlPlaneModule,
    env: { ...process.env, GOWORK: "off", GOFLAGS: "-mod=mod" },
  });
  return z.object({ Dir: z.string() }).parse(JSON.parse(stdout)).Dir;
}

function pausePlan(gcc: string): ImagePlan {
  return {
    name: PAUSE_IMAGE,
    config: { Entrypoint: ["/pause"], User: "65535:65535" },
    inputs: { kubernetes: kubernetesVersion() },
    layers: async scratch => {
      const root = makeRoot(scratch);
      const source = join(await kubernetesSources(), "build/pause/linux/pause.c");
      await run(gcc, [
        "-Os",
        "-static",
        "-s",
        "-DVERSION=local",
        "-o",
        join(root, "pause"),
        source,
      ]);
      return [{ folder: root }];
    },
  };
}

async function busyboxPlan(busybox: string): Promise<ImagePlan> {
  const libraries = await librariesOf(busybox);
  const { stdout } = await run(busybox, ["--list"]);
  const applets = stdout.trim().split("\n").sort();
  return {
    name: BUSYBOX_IMAGE,
    config: { Cmd: ["sh"] },
    inputs: { busybox: await digestsOf([busybox, ...libraries]), applets },
    layers: scratch => {
      const root = makeRoot(scratch);
      install(root, busybox, "/bin/busybox");
      for (const library of libraries) install(root, library, library);
      for (const applet of applets.filter(name => name !== "busybox")) {
        symlinkSync("busybox", join(root, "bin", applet));
      }
      return Promise.resolve([{ folder: root }]);
    },
  };
}

/** All images for Pods of the node. */
export async function nodeImages({ system }: NodePrograms): Promise<ImagePlan[]> {
  return [pausePlan(system.gcc), await busyboxPlan(system.busybox), await controllerPlan()];
}
