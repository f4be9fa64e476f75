/**
 * Pure: reads the answer of nltest by its numbers alone. Windows may be in any language, and nltest ends with
 * "The command completed successfully" even if the printed status is an error.
 *
 * Outputs: https://kubernetes.io/docs/tasks/configure-pod-container/configure-gmsa/#troubleshooting
 * and https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/gmsa-run-container
 */

/** The result of a command in a container. */
export type Ran =
  | { outcome: "ended"; exitCode: number; stdout: string; stderr: string }
  /** The container does not have this program. */
  | { outcome: "no such program" }
  | { outcome: "not allowed"; why: string }
  | { outcome: "failed"; why: string };

/** A Windows error code, as nltest prints it: "1722 0x6ba RPC_S_SERVER_UNAVAILABLE". */
export interface NltestStatus {
  code: number;
  /** The symbol. Empty if nltest does not know one. */
  name: string;
}

/** The parsed answer of nltest. */
export interface NltestOutput {
  /** The first status that is an error. Undefined if there is none. */
  error: NltestStatus | undefined;
  /** The status is on its own line: the local Netlogon service refused to answer. */
  refused: boolean;
  /** Every status is 0, and so is the exit code: a program that is killed may have printed a part. */
  succeeded: boolean;
  /** The number of statuses that nltest printed. */
  statuses: number;
  /** The domain that /parentdomain prints, without the dot at its end. */
  parentDomain: string | undefined;
  /** The first name of a domain controller, without backslashes. */
  controller: string | undefined;
}

/** A number in decimal and in hexadecimal, with an optional symbol. */
const STATUS = /(\d+) 0x([0-9a-f]+)(?:[ \t]+(\w+))?/gi;
/** The first line of /parentdomain: "contoso.com. (1)". */
const PARENT_DOMAIN = /^[ \t]*([a-z0-9][a-z0-9._-]*?)\.?[ \t]+\(\d+\)[ \t]*$/im;
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
    statuses: statuses.length,
    succeeded: error === undefined && exitCode === 0,
    parentDomain: PARENT_DOMAIN.exec(text)?.[1],
    controller: CONTROLLER.exec(text)?.[1],
  };
}
