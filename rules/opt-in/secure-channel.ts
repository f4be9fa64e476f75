/**
 * The hook that waits for the secure channel to the domain.
 *
 * A container may start before its netlogon service has found a domain controller. Kubernetes documents
 * a postStart hook against that, which restarts netlogon until `nltest /query` says NERR_Success, and
 * goes on for ever where that never comes. This one does the same, and gives up.
 *
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-gmsa/#troubleshooting
 */

/** The part of a core/v1 LifecycleHandler that is used. */
export interface ExecHook {
  exec: { command: string[] };
}

/** Three seconds each; the kubelet holds a container back until its hook has ended. */
const MOST_ATTEMPTS = 20;
const NLTEST = "%SystemRoot%\\System32\\nltest.exe";

/**
 * In cmd, which every Windows image has, and without quotation marks and backslashes at the end, which
 * would be escaped in another way than cmd reads them.
 *
 * - A channel that is there already is left alone, and where there is no nltest (Nano Server) nothing
 *   can be found out: both end at once.
 * - `sc` asks for a stop and a start without waiting for either; ping is how to wait without a console.
 * - The end is a success whatever came of it. A hook that fails would have its container killed and
 *   started anew, again and again while no domain controller can be reached.
 */
const SCRIPT = [
  `(if exist ${NLTEST} for /L %i in (1,1,${MOST_ATTEMPTS}) do`,
  `((nltest.exe /query | findstr.exe NERR_Success > NUL) && exit 0)`,
  `& sc.exe stop netlogon > NUL & ${wait(1)}`,
  `& sc.exe start netlogon > NUL & ${wait(2)})`,
  `& exit 0`,
].join(" ");

/** A hook of its own for each container: whoever gets it may change it. */
export function secureChannelHook(): ExecHook {
  return { exec: { command: ["cmd.exe", "/Q", "/S", "/C", SCRIPT] } };
}

/** One answer comes at once, each further one a second later. */
function wait(seconds: number): string {
  return `ping.exe -n ${seconds + 1} 127.0.0.1 > NUL`;
}
