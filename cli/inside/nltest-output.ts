/**
 * Pure: what nltest has answered, by its numbers alone. Windows may be in any language, and nltest
 * ends with "The command completed successfully" also where the status that it prints is an error.
 *
 * Outputs: https://kubernetes.io/docs/tasks/configure-pod-container/configure-gmsa/#troubleshooting
 * and https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/gmsa-run-container
 */

/** What became of a command in a container. */
export type Ran =
  | { outcome: "ended"; exitCode: number; stdout: string; stderr: string }
  /** There is no such program in the container. */
  | { outcome: "no such program" }
  | { outcome: "not allowed"; why: string }
  | { outcome: "failed"; why: string };

/** A Windows error code, as nltest prints it: "1722 0x6ba RPC_S_SERVER_UNAVAILABLE". */
export interface NltestStatus {
  code: number;
  /** The symbol; empty where nltest knows none. */
  name: string;
}

/** An answer of nltest, with what can be read from it. */
export interface NltestOutput {
  /** The first status that is an error; undefined if there is none. */
  error: NltestStatus | undefined;
  /** The status stands in a line of its own: the local Netlogon service refused to answer. */
  refused: boolean;
  /** Every status is 0; without a status, so is the exit code. */
  succeeded: boolean;
  /** There is a status. */
  hasStatus: boolean;
  /** The domain that /parentdomain prints, without the dot at its end. */
  parentDomain: string | undefined;
  /** The first name of a domain controller, without the backslashes. */
  controller: string | undefined;
}

/** A number in decimal and again in hexadecimal, perhaps with its symbol. */
const STATUS = /(\d+) 0x([0-9a-f]+)(?:[ \t]+(\w+))?/gi;
/** What comes first for /parentdomain: "contoso.com. (1)". */
const PARENT_DOMAIN = /^[ \t]*(\S+?)\.?[ \t]+\(\d+\)[ \t]*$/m;
const CONTROLLER = /\\\\([A-Za-z0-9._-]+)/;

export function readNltestOutput({
  exitCode,
  stdout,
  stderr,
}: Extract<Ran, { outcome: "ended" }>): NltestOutput {
  const text = `${stdout}\n${stderr}`.replaceAll("\r", "");
  const statuses = [...text.matchAll(STATUS)].flatMap(([, decimal, hexadecimal, name = ""]) => {
    const code = Number(decimal);
    return code === parseInt(hexadecimal ?? "", 16) ? [{ code, name }] : [];
  });
  const error = statuses.find(({ code }) => code !== 0);
  const lines = text.split("\n").filter(line => line.trim() !== "");
  return {
    error,
    refused: error !== undefined && lines.length === 1,
    hasStatus: statuses.length > 0,
    succeeded: error === undefined && (statuses.length > 0 || exitCode === 0),
    parentDomain: PARENT_DOMAIN.exec(text)?.[1],
    controller: CONTROLLER.exec(text)?.[1],
  };
}
