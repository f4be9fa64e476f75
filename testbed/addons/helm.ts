import { spawn } from "node:child_process";

/** What a run of helm came to. */
export interface HelmResult {
  stdout: string;
  stderr: string;
  /** Exit code; -1 if a signal ended it. */
  code: number;
}

/** Runs helm; throws with what it said if it fails, unless that is allowed. */
export type Helm = (
  args: readonly string[],
  options?: { allowFailure?: boolean },
) => Promise<HelmResult>;

/**
 * A helm that knows nothing of the user's settings, repositories and clusters.
 *
 * @param program path or name of helm.
 * @param home folder for what it keeps.
 * @param kubeconfig of the cluster it works on; without one it works on none.
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
