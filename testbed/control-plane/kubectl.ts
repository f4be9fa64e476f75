import { spawn } from "node:child_process";
import { sleep, type Log } from "../process/log";

/** The result of running kubectl. */
export interface KubectlResult {
  stdout: string;
  stderr: string;
  /** Exit code; -1 if a signal ended it. */
  code: number;
}

/** How to run kubectl. */
export interface KubectlOptions {
  /** Standard input, for `-f -`. */
  stdin?: string;
  /** Return a non-zero exit code instead of throwing. */
  allowFailure?: boolean;
}

/** Runs kubectl against one cluster. */
export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<KubectlResult>;

/** kubectl exited with a non-zero code; the message is its output. */
export class KubectlError extends Error {
  override readonly name = "KubectlError";

  constructor(
    args: readonly string[],
    readonly result: KubectlResult,
  ) {
    super(`kubectl ${args.join(" ")}: ${result.stderr.trim() || `exit code ${result.code}`}`);
  }
}

interface Invocation {
  program: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  stdin: string;
}

function run(invocation: Invocation): Promise<KubectlResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(invocation.program, invocation.args, { env: invocation.env });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    // kubectl may exit before it has read all of its input.
    child.stdin.on("error", () => undefined);
    child.stdin.end(invocation.stdin);
    child.on("error", reject);
    child.on("close", code => {
      resolve({ stdout, stderr, code: code ?? -1 });
    });
  });
}

/**
 * Runs kubectl with one kubeconfig, whatever KUBECONFIG and ~/.kube contain.
 * @param program path or name of kubectl
 * @param env its environment; kubectl caches API discovery in HOME
 */
export function kubectlFor(program: string, kubeconfig: string, env: NodeJS.ProcessEnv): Kubectl {
  return async (args, options = {}) => {
    const result = await run({
      program,
      args: [`--kubeconfig=${kubeconfig}`, ...args],
      env,
      stdin: options.stdin ?? "",
    });
    if (result.code !== 0 && !options.allowFailure) throw new KubectlError(args, result);
    return result;
  };
}

/** Errors that a first apply can get, because its objects take a moment to take effect. */
const transient =
  /no matches for kind|namespaces "\S+" not found|serviceaccount "\S+" not found|unable to recognize|connection refused|etcdserver: /;

/**
 * Applies a YAML file server-side: the module's Secret may be too large for the annotation that a
 * client-side apply adds.
 * @throws KubectlError if it still fails after 10 attempts
 */
export async function applyFile(kubectl: Kubectl, file: string, log: Log): Promise<void> {
  const args = ["apply", "--server-side", "--force-conflicts", "-f", file];
  for (let tries = 1; ; tries++) {
    const result = await kubectl(args, { allowFailure: true });
    if (result.code === 0) return;
    if (tries === 10 || !transient.test(result.stderr)) throw new KubectlError(args, result);
    log(`applying ${file} again: ${result.stderr.trim()}`);
    await sleep(500);
  }
}
