/**
 * The hook that waits for the secure channel to the domain.
 *
 * A container may start before its netlogon service has found a domain controller. Kubernetes documents
 * a postStart hook for this case: it restarts netlogon until `nltest /query` reports NERR_Success, and
 * never ends if that does not happen. This hook does the same, but gives up eventually.
 *
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-gmsa/#troubleshooting
 */

/** The fields of a core/v1 LifecycleHandler that the hook sets. */
export interface ExecHook {
  exec: { command: string[] };
}

/**
 * Each attempt takes three seconds. The kubelet does not report a container as running before its hook
 * has ended.
 */
const MOST_ATTEMPTS = 20;
const NLTEST = "%SystemRoot%\\System32\\nltest.exe";

/**
 * The script runs in cmd, which every Windows image has. It contains no quotation marks and does not end
 * in a backslash, because they would be escaped in a way that cmd does not parse.
 *
 * - If the channel already works, it is not reset. If there is no nltest (Nano Server), the channel
 *   cannot be checked. In both cases the script ends at once.
 * - `sc` requests a stop and a start without waiting for either. ping is the way to wait without a
 *   console.
 * - The exit code is always 0. If a hook fails, the kubelet kills and restarts the container, which
 *   would repeat for as long as no domain controller can be reached.
 */
const SCRIPT = [
  `(if exist ${NLTEST} for /L %i in (1,1,${MOST_ATTEMPTS}) do`,
  `((nltest.exe /query | findstr.exe NERR_Success > NUL) && exit 0)`,
  `& sc.exe stop netlogon > NUL & ${wait(1)}`,
  `& sc.exe start netlogon > NUL & ${wait(2)})`,
  `& exit 0`,
].join(" ");

/** Returns a new hook for each container, so that a caller may modify it. */
export function secureChannelHook(): ExecHook {
  return { exec: { command: ["cmd.exe", "/Q", "/S", "/C", SCRIPT] } };
}

/** The first reply arrives at once, and each further one a second later. */
function wait(seconds: number): string {
  return `ping.exe -n ${seconds + 1} 127.0.0.1 > NUL`;
}
