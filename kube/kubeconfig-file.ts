/** Reads kubeconfig files, and says in words why one cannot be used. */
import { loadYaml, type User } from "@kubernetes/client-node";
import { readFileSync } from "node:fs";

/** The remedy if there is no usable kubeconfig. */
export const NAME_ONE = "Name one with --kubeconfig or $KUBECONFIG, or put it at ~/.kube/config.";

/** A kubeconfig that cannot be used, with a message for the user. */
export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";

  /** @param remedy what to do, as a sentence. */
  constructor(
    message: string,
    readonly remedy = NAME_ONE,
  ) {
    super(message);
  }
}

/** How the kubeconfig logs on does not work, in words for the user. */
export class LogonError extends Error {
  override readonly name = "LogonError";
}

/**
 * What a user is who logs on with a program, which has failed; any other failure stays what it is.
 *
 * @param error what @kubernetes/client-node has: the program's stderr, or what it thinks of its output.
 */
export function logonFailure(user: User | null, error: unknown): unknown {
  if (!(error instanceof Error) || isAboutFile(error)) return error;
  const { exec, authProvider } = (user ?? {}) as LogonMeans;
  if (exec !== undefined) {
    const why = `${exec.command ?? ""} to log on, and ${whyNoCredential(error)}`;
    return new LogonError(`the kubeconfig names ${why}`);
  }
  return authProvider === undefined
    ? error
    : new LogonError(
        `auth-provider ${authProvider.name ?? ""} of the kubeconfig failed: ${error.message}`,
      );
}

/** What the library has as `any`. */
interface LogonMeans {
  exec?: { command?: string };
  authProvider?: { name?: string };
}

/** The library reads the output without a look at it first. */
function whyNoCredential(error: Error): string {
  if (error instanceof SyntaxError || error instanceof TypeError) {
    return "it printed no ExecCredential";
  }
  const [line = ""] = error.message.split("\n").filter(text => text.trim() !== "");
  return `it failed: ${line.trim()}`;
}

/** What cannot be run or read is named by who tells it. */
function isAboutFile(error: Error): boolean {
  return "syscall" in error;
}

/** The users' files with tokens, by the users' names; @kubernetes/client-node leaves them out. */
export function tokenFilesIn(kubeconfig: string): Map<string, string> {
  const { users } = loadYaml<{ users?: unknown } | undefined>(kubeconfig) ?? {};
  const entries = Array.isArray(users) ? (users as (Entry | null)[]) : [];
  return new Map(
    entries.flatMap((entry): [string, string][] => {
      const { name, user } = entry ?? {};
      const file = user?.tokenFile;
      return typeof name === "string" && typeof file === "string" ? [[name, file]] : [];
    }),
  );
}

interface Entry {
  name?: unknown;
  user?: { tokenFile?: unknown } | null;
}

/** What people know these by; the rest is told as Node.js has it. */
const WHY: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "you may not read it",
  EISDIR: "it is a folder",
  ENOTDIR: "no such folder",
};

/** @throws KubeconfigError if the file is empty or cannot be read. */
export function readKubeconfig(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new KubeconfigError(`kubeconfig ${file} cannot be read: ${WHY[code] ?? message}`);
  }
  if (text.trim() === "") throw empty(file);
  return text;
}

/** Describes a file that the YAML parser of @kubernetes/client-node rejects. */
export function unusable(file: string, error: unknown): KubeconfigError {
  // The file contains only comments or null, so looking up its clusters fails.
  if (error instanceof TypeError) return empty(file);
  const { reason, mark, message } = error as Error & { reason?: string; mark?: { line: number } };
  const line = mark === undefined ? "" : ` in line ${mark.line + 1}`;
  return new KubeconfigError(`kubeconfig ${file} is not valid YAML${line}: ${reason ?? message}`);
}

function empty(file: string): KubeconfigError {
  return new KubeconfigError(`kubeconfig ${file} is empty`);
}

/** Describes a name that is not in the kubeconfig, with the names that are. */
export function missing(
  kind: "cluster" | "context" | "user",
  name: string,
  there: readonly { name: string }[],
): KubeconfigError {
  const names = there.map(item => item.name);
  return new KubeconfigError(
    `the kubeconfig has no ${kind} "${name}"`,
    names.length === 0 ? "It has none at all." : `It has ${names.join(", ")}.`,
  );
}
