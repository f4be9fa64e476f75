import { spawn } from "node:child_process";

/** The result of running helm. */
export interface HelmResult {
  stdout: string;
  stderr: string;
  /** Exit code; -1 if a signal ended it. */
  code: number;
}

/** Runs helm. If helm fails, throws with its output unless failures are allowed. */
export type Helm = (
  args: readonly string[],
  options?: { allowFailure?: boolean },
) => Promise<HelmResult>;

/**
 * Runs helm without the user's settings, repositories and clusters.
 *
 * @param program path or name of helm.
 * @param home folder for helm's own files.
 * @param kubeconfig of the cluster to use; without one, helm has no cluster.
 */
export function helmIn(program: string, home: string, kubeconfig = "/dev/null"): Helm {
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: kubeconfig };
  return async (args, { allowFailure = false } = {}) => {
    const result = await run(program, args, env);
    if (result.code !== 0 && !allowFailure) {
      throw new Error(`helm ${args.join(" ")}: ${result.stderr.trim()}`);
    }
    return result;
  };
}

function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<HelmResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", code => {
      resolve({ stdout, stderr, code: code ?? -1 });
    });
  });
}
