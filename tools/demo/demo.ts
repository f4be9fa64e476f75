/**
 * `npm run demo`: builds the module, starts a real API server, installs the module, applies the
 * examples, and shows the result for each Pod. The cluster then keeps running for experiments until
 * Ctrl-C.
 */
import { Command, Option } from "commander";
import { relative, resolve } from "node:path";

import { KubectlError } from "../../testbed/control-plane/kubectl";
import { MissingPrerequisite } from "../../testbed/process/log";
import { connectBed } from "../../testbed/bed/external-bed";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { reportEndpoints, reportReady } from "../../testbed/objects/report-ready";
import { findBinaries } from "../../testbed/programs/binaries";
import { startNodeBed } from "../../testbed/node/node-bed";
import { findKubernetes, findNodePrograms } from "../../testbed/node/prerequisites";
import { build } from "../build/build";
import { EXAMPLES, admittedPods, plainPod, refusals, type AdmittedPod } from "./examples";
import { coloursFor } from "../../cli/terminal/colours";
import { withProgress } from "../../cli/terminal/progress";

const ROOT = resolve(__dirname, "../..");
const colours = coloursFor(process.stdout);

interface Options {
  once?: boolean;
  cluster?: "current" | "k3d";
  node?: boolean;
}

async function start(options: Options): Promise<Bed> {
  const { cluster } = options;
  if (cluster !== undefined) {
    return withProgress(`Connect to your cluster (${cluster})`, log =>
      connectBed({ cluster, log }),
    );
  }
  if (options.node === true) {
    return withProgress("Start a Kubernetes with a real node", log => startNodeBed({ log }));
  }
  return withProgress("Start etcd, kube-apiserver and kube-controller-manager", log =>
    startBed({ log }),
  );
}

async function show(bed: Bed): Promise<void> {
  console.log(`\n${colours.bold("Pods that are admitted get the full credential spec")}`);
  for (const pod of await admittedPods(bed)) {
    showAdmitted(pod);
  }
  console.log(`\n${colours.bold("Pods that are refused, with the reason")}`);
  for (const { file, message } of await refusals(bed)) {
    console.log(`  ${colours.red("✘")} kubectl apply -f ${relative(ROOT, file)}`);
    console.log(`    ${message}`);
  }
  console.log(`\n${colours.bold("Pods without GMSA never reach the webhook")}`);
  const { file, changes } = await plainPod(bed);
  console.log(`  ${colours.green("✔")} kubectl apply -f ${relative(ROOT, file)}`);
  console.log(
    `    created; ${changes.length === 0 ? "nothing was added to it" : changes.join(", ")}`,
  );
}

function showAdmitted({ from, name, places }: AdmittedPod): void {
  console.log(`  ${colours.green("✔")} ${relative(ROOT, from)}: pod/${name}`);
  for (const { field, credspecName, contents } of places) {
    console.log(`    ${field}`);
    console.log(`      gmsaCredentialSpecName: ${credspecName}`);
    console.log(`      gmsaCredentialSpec: ${contents}`);
  }
}

async function demo(options: Options): Promise<void> {
  console.log(
    "GMSA for Kubernetes: Windows Pods name a credential spec of an Active Directory account;\n" +
      "at admission they get its contents, or are refused with the reason.\n",
  );
  // First, so that a missing prerequisite is reported before the long steps.
  if (options.node === true) {
    await findNodePrograms();
    await withProgress("Find Kubernetes, or build it the first time", findKubernetes);
  } else if (options.cluster === undefined) {
    await withProgress("Find a control plane, or build one the first time", findBinaries);
  }
  const { manifest } = await withProgress("Build the module (npx pepr build)", build);
  const bed = await start(options);
  const stopped = stopOnSignal(bed);
  try {
    await withProgress("Install dist/gmsa.yaml and wait until two controllers are ready", () =>
      install(bed, manifest),
    );
    await withProgress("Apply the examples (kubectl apply -k examples)", async () => {
      await bed.kubectl(["apply", "-k", EXAMPLES]);
      await bed.waitForServiceAccount("gmsa-demo", "default");
    });
    await show(bed);
    if (options.once !== true) {
      sayHowToGoOn(bed, options);
      await stopped;
    }
  } finally {
    console.log("");
    await withProgress(isOurs(options) ? "Stop the cluster" : "Disconnect", () => bed.stop());
  }
}

async function install(bed: Bed, manifest: string): Promise<void> {
  await bed.install(manifest);
  if (bed.controllers !== undefined && bed.hasControllerManager) {
    // The controllers run without a kubelet to report their status, which gmsa doctor and gmsa
    // status read.
    await reportReady(bed);
    await reportEndpoints(bed);
  }
}

function isOurs({ cluster }: Options): boolean {
  return cluster === undefined;
}

function sayHowToGoOn(bed: Bed, options: Options): void {
  console.log(`\n${colours.bold("The cluster is yours until Ctrl-C.")} In another terminal:`);
  if (isOurs(options)) {
    console.log(`  export KUBECONFIG=${bed.kubeconfigPath}`);
  }
  console.log("  kubectl -n gmsa-demo get pods");
  console.log("  kubectl explain gmsa.credspec");
  if (options.node === true) console.log("  kubectl -n pepr-system get pods -o wide");
}

/** Resolves at Ctrl-C or SIGTERM, at any stage of the demo; a second Ctrl-C exits at once. */
function stopOnSignal(bed: Bed): Promise<void> {
  // A promise alone does not keep the process alive.
  const keepAlive = setInterval(() => undefined, 60_000);
  return new Promise(resolve => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        clearInterval(keepAlive);
        resolve();
        // If a step is running, stopping the cluster makes it fail and end.
        void bed.stop();
      });
    }
  });
}

const options = new Command("npm run demo --")
  .description("Shows the webhook at work, on a real API server.")
  .option("--once", "end immediately instead of keeping the cluster")
  .addOption(
    new Option(
      "--cluster <which>",
      "your own cluster instead of a new one; installed objects stay",
    ).choices(["current", "k3d"]),
  )
  .addOption(
    new Option(
      "--node",
      "with a real node: kubelet, containerd and kube-proxy run the Deployment (Linux, root)",
    ).conflicts("cluster"),
  )
  .parse()
  .opts<Options>();

demo(options)
  .then(() => {
    process.exit();
  })
  .catch((error: unknown) => {
    const isExpected = error instanceof MissingPrerequisite || error instanceof KubectlError;
    console.error(isExpected ? error.message : error);
    process.exit(1);
  });
