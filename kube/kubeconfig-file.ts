/**
 * Reads kubeconfig files, and reports why one cannot be used. Every command of `gmsa` loads this file, so it
 * must not load @kubernetes/client-node, which takes longer than all the rest.
 */
import type { User } from "@kubernetes/client-node";
import { readFileSync } from "node:fs";

import { FILE_ERRORS } from "./file-errors";

/** The remedy if there is no usable kubeconfig. */
export const NAME_ONE = "Choose one with --kubeconfig or $KUBECONFIG, or create ~/.kube/config.";

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

/** The kubeconfig's way to log on failed. The message is for the user. */
export class LogonError extends Error {
  override readonly name = "LogonError";

  /** @param remedy what to do, as a sentence, if that is known. */
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
  }
}

/**
 * Converts a failure of the user's credential plug-in to a LogonError, and returns any other error unchanged.
 *
 * @param error an error of @kubernetes/client-node: the program's stderr, or why its output is invalid.
 */
export function logonFailure(user: User | null, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { exec, authProvider } = (user ?? {}) as LogonMeans;
  const { syscall } = error as NodeJS.ErrnoException;
  // A file that cannot be read is named by the error.
  if (syscall !== undefined) {
    return exec !== undefined && syscall.startsWith("spawn") ? notInstalled(exec) : error;
  }
  if (exec !== undefined) {
    const why = `${exec.command ?? ""} to log on, and ${whyNoCredential(error)}`;
    return new LogonError(`the kubeconfig names ${why}`);
  }
  return authProvider === undefined ? error : unusableProvider(authProvider, error);
}

function unusableProvider({ name = "" }: { name?: string }, error: Error): LogonError {
  const why =
    error instanceof TypeError
      ? "cannot be used: Kubernetes has none since 1.26, but credential plug-ins (exec)"
      : `failed: ${error.message}`;
  return new LogonError(`auth-provider ${name} of the kubeconfig ${why}`);
}

/** Fields that are `any` in the library. */
interface LogonMeans {
  exec?: { command?: string; installHint?: string };
  authProvider?: { name?: string };
}

/** The library does not validate the output, so invalid output causes a SyntaxError or a TypeError. */
function whyNoCredential(error: Error): string {
  if (error instanceof SyntaxError || error instanceof TypeError) {
    return "it printed no ExecCredential";
  }
  const [line = ""] = error.message.split("\n").filter(text => text.trim() !== "");
  return line === "" ? "it failed without a message" : `it failed: ${line.trim()}`;
}

/** As in kubectl, the kubeconfig's own hint is the remedy. */
function notInstalled({ command = "", installHint = "" }: NonNullable<LogonMeans["exec"]>): Error {
  const message = `the kubeconfig names ${command} to log on, and it cannot be run`;
  return new LogonError(message, installHint.trim() || "Install it in the PATH.");
}

const WHY: Readonly<Record<string, string>> = { ...FILE_ERRORS, ENOTDIR: "no such folder" };

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
    names.length === 0 ? "It does not have any." : `It has ${names.join(", ")}.`,
  );
}
