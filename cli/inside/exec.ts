/** Runs a command in a container through the API server and the kubelet, as `kubectl exec` does. */
import { Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";
import { Writable } from "node:stream";

import { needsRight } from "../api/calls";
import type { Ran } from "./nltest-output";

/** Where to run the command, and how long it may take. */
export interface ExecOptions {
  namespace: string;
  pod: string;
  container: string;
  /** Milliseconds. */
  timeoutMs: number;
  /** Stops waiting for the answer, and closes the connection. */
  signal?: AbortSignal;
}

/** The WebSocket. The library does not include its types. */
interface Socket {
  close(): void;
  addEventListener(event: "close", listener: () => void): void;
}

/** Bytes of an answer to keep. nltest prints a few hundred. */
const MOST_BYTES = 64 * 1024;

/**
 * Runs a command, and returns its result.
 *
 * @param command a program and its arguments, passed as they are, without a shell.
 */
export function execute(
  kubeConfig: KubeConfig,
  command: readonly string[],
  { namespace, pod, container, timeoutMs, signal }: ExecOptions,
): Promise<Ran> {
  const stdout = new Collected();
  const stderr = new Collected();
  return new Promise(resolve => {
    const end = (ran: Ran): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", interrupt);
      resolve(ran);
      // Close the connection even if it opens after the deadline.
      void connection.then(
        socket => {
          socket.close();
        },
        () => undefined,
      );
    };
    const interrupt = (): void => {
      end({ outcome: "failed", why: "interrupted" });
    };
    const timer = setTimeout(end, timeoutMs, {
      outcome: "failed",
      why: `no answer within ${timeoutMs / 1000} s`,
    });
    signal?.addEventListener("abort", interrupt);
    const onStatus = (status: V1Status): void => {
      end(ranBy(status, { stdout: stdout.text, stderr: stderr.text }));
    };
    const connection = new Exec(kubeConfig).exec(
      ...([namespace, pod, container] as const),
      [...command],
      ...([stdout, stderr, null, false, onStatus] as const),
    ) as Promise<Socket>;
    connection.then(
      socket => {
        socket.addEventListener("close", () => {
          // The status comes first. Without one, this is the result.
          end({ outcome: "failed", why: "the connection broke before it had ended" });
        });
      },
      (error: unknown) => {
        end(refusedBy(error));
      },
    );
  });
}

/** The result from the status of the kubelet, which closes the connection. */
export function ranBy(status: V1Status, output: { stdout: string; stderr: string }): Ran {
  if (status.status === "Success") return { outcome: "ended", exitCode: 0, ...output };
  const { message = "it could not be started" } = status;
  const exitCode = exitCodeOf(status);
  // If they cannot start a program, some runtimes exit with a special code, like shells do.
  const isEnd = exitCode !== undefined && !NOT_STARTED.includes(exitCode);
  if (!isEnd && isMissingProgram(`${message}\n${output.stderr}`)) {
    return { outcome: "no such program" };
  }
  return exitCode === undefined
    ? { outcome: "failed", why: message }
    : { outcome: "ended", exitCode, ...output };
}

const NOT_STARTED: readonly number[] = [126, 127];

function exitCodeOf({ details }: V1Status): number | undefined {
  const cause = details?.causes?.find(({ reason }) => reason === "ExitCode");
  return cause?.message === undefined ? undefined : Number(cause.message);
}

/**
 * Matches the messages of runc and hcsshim. hcsshim reports "hcs::System::CreateProcess nltest /query: The
 * system cannot find the file specified." in the language of Windows; newer versions add the code.
 */
function isMissingProgram(text: string): boolean {
  const [, code = "0x2"] = /\((0x[0-9a-f]+)\)/i.exec(text) ?? [];
  return (
    /executable file not found|no such file or directory/.test(text) ||
    (text.includes("CreateProcess") && ["0x2", "0x80070002"].includes(code.toLowerCase()))
  );
}

/** The library passes on the message of the WebSocket: "Unexpected server response: 403". */
function refusedBy(error: unknown): Ran {
  const text =
    typeof error === "object" && error !== null && "message" in error
      ? String(error.message)
      : String(error);
  return /response: 403\b/.test(text)
    ? { outcome: "not allowed", why: needsRight("get and create pods/exec").why }
    : { outcome: "failed", why: `the API server could not run it: ${text}` };
}

/** Collects the written bytes as text. */
class Collected extends Writable {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.#bytes < MOST_BYTES) {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
    }
    done();
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}
