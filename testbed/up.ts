import { Command, InvalidArgumentError, Option } from "commander";
import { MissingPrerequisite } from "./process/log";
import { startBed } from "./bed/local-bed";
import { startNodeBed } from "./node/node-bed";

interface Options {
  replicas?: number;
  install?: string;
  node?: boolean;
}

function count(value: string): number {
  if (!/^[1-9]\d?$/.test(value)) throw new InvalidArgumentError("must be a number from 1 to 99");
  return Number(value);
}

/** Resolves at Ctrl-C or SIGTERM. */
function interruption(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}

async function main(options: Options): Promise<void> {
  const log = (line: string): void => {
    console.error(line);
  };
  const { install, node, replicas } = options;
  const bed = node
    ? await startNodeBed({ install, log })
    : await startBed({ install, replicas, log });
  const interrupted = interruption();
  console.log(`export KUBECONFIG=${bed.kubeconfigPath}`);
  log("Ctrl-C stops it");
  // A promise alone does not keep the process alive.
  const keepAlive = setInterval(() => undefined, 60_000);
  await interrupted;
  clearInterval(keepAlive);
  log("stopping");
  await bed.stop();
}

const options = new Command("up")
  .description("Starts a cluster for trying things out, until Ctrl-C")
  .option("--replicas <n>", "number of webhook replicas, if a manifest is installed", count)
  .option("--install <file>", "manifest to install, such as dist/pepr-module-gmsa.yaml")
  .addOption(
    new Option("--node", "with a real node, which runs Pods (Linux, root)").conflicts("replicas"),
  )
  .parse()
  .opts<Options>();

main(options).catch((error: unknown) => {
  console.error(error instanceof MissingPrerequisite ? error.message : error);
  process.exit(1);
});
