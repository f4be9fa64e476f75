/** Runs the commands of transcripts as a user in a checkout would, on a new cluster. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import type { Bed } from "../../../testbed/bed/bed";
import { startBed } from "../../../testbed/bed/local-bed";
import { MANIFEST } from "../../../testbed/manifests/built-manifest";
import { reportEndpoints, reportReady } from "../../../testbed/objects/report-ready";
import type { Log } from "../../../testbed/process/log";

const ROOT = resolve(__dirname, "../../..");
const PROGRAM = join(ROOT, "dist/cli/gmsa.cjs");
/** Paths of the checkout that the commands can use. */
const CHECKOUT = [
  "examples",
  "docs/tutorial/getting-started",
  "deploy",
  "kustomization.yaml",
  "crds",
];

/** A new cluster with the module, whose Pods are reported as ready. */
export async function startTranscriptBed(log?: Log): Promise<Bed> {
  const bed = await startBed({ replicas: 2, install: MANIFEST, log });
  await reportReady(bed);
  await reportEndpoints(bed);
  return bed;
}

/** The cluster that the commands use. */
export interface Player {
  kubeconfigPath: string;
  kubectlProgram: string;
}

/** A command and its output on stdout and stderr, in order. */
export interface Played {
  command: string;
  output: string;
}

/** A new folder with the examples, in which shells run. */
export class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), "gmsa-transcript-"));
  readonly #environment: NodeJS.ProcessEnv;

  constructor({ kubeconfigPath, kubectlProgram }: Player) {
    const programs = join(this.#folder, "bin");
    mkdirSync(programs);
    symlinkSync(kubectlProgram, join(programs, "kubectl"));
    for (const name of ["gmsa", "kubectl-gmsa"]) symlinkSync(PROGRAM, join(programs, name));
    for (const entry of CHECKOUT) {
      cpSync(join(ROOT, entry), join(this.#folder, "gmsa", entry), { recursive: true });
    }
    this.#environment = {
      PATH: `${programs}:${process.env.PATH ?? ""}`,
      HOME: this.#folder,
      KUBECONFIG: kubeconfigPath,
      // As on a CI system, where libraries might otherwise colour piped output.
      CI: "true",
    };
  }

  /** Runs commands one after the other in one shell, whatever their exit codes. */
  async play(commands: readonly string[]): Promise<Played[]> {
    const mark = randomUUID();
    const script = commands
      // Passes each command's exit code on to the next one as `$?`.
      .map(command => `(exit $status)\n${command}\nstatus=$?\nprintf '%s' ${mark}`)
      .join("\n");
    const output = await this.#run(`status=0\n${script}\n`);
    const outputs = output.split(mark);
    return commands.map((command, index) => ({ command, output: outputs[index] ?? "" }));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(script: string): Promise<string> {
    return new Promise((done, fail) => {
      const shell = spawn("bash", ["-c", `exec 2>&1\n${script}`], {
        cwd: join(this.#folder, "gmsa"),
        env: this.#environment,
        stdio: ["ignore", "pipe", "inherit"],
      });
      let output = "";
      shell.stdout.on("data", chunk => (output += String(chunk)));
      shell.on("error", fail);
      shell.on("close", () => {
        done(output);
      });
    });
  }
}
