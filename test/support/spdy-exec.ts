/**
 * The server side of `exec` as a kubelet speaks it to an API server: SPDY/3.1 with the subprotocol
 * v4.channel.k8s.io. Implements only the necessary parts of SPDY: frames, and replies to streams.
 *
 * Source: https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/ and
 * k8s.io/client-go/tools/remotecommand.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** A program's output and exit status. */
export interface ExecAnswer {
  stdout?: string;
  stderr?: string;
  /** 0 if left out. */
  exitCode?: number;
  /** Why the program could not start; replaces all other fields. */
  notStarted?: string;
}

const PROTOCOL = "v4.channel.k8s.io";
/** Types of control frames. */
const [SYN_STREAM, SYN_REPLY, PING] = [1, 2, 6];
const CONTROL = 0x8003_0000;
const FIN = 1;
/** A zlib stream without compression and without headers, in a block that can be decoded on its own. */
const ZLIB = Buffer.from("7801", "hex");
const NO_HEADERS = Buffer.from("000400fbff00000000000000ffff", "hex");

/** Answers one upgrade request. The client opens its streams in a fixed order. */
export function serveExec(
  request: IncomingMessage,
  socket: Duplex,
  answer: () => Promise<ExecAnswer>,
): void {
  const query = new URL(request.url ?? "", "https://kubelet").searchParams;
  const wanted = [
    "error",
    ...(query.get("input") === "1" ? ["input"] : []),
    ...(query.get("output") === "1" ? ["output"] : []),
    ...(query.get("error") === "1" ? ["stderr"] : []),
  ];
  const opened: number[] = [];
  socket.on("error", () => undefined);
  socket.write(
    [
      "HTTP/1.1 101 Switching Protocols",
      "Connection: Upgrade",
      "Upgrade: SPDY/3.1",
      `X-Stream-Protocol-Version: ${PROTOCOL}`,
      "\r\n",
    ].join("\r\n"),
  );
  onFrames(socket, (type, payload) => {
    if (type === PING) socket.write(frame(CONTROL | PING, payload));
    if (type !== SYN_STREAM) return;
    const stream = payload.readUInt32BE(0);
    socket.write(frame(CONTROL | SYN_REPLY, reply(stream, opened.length === 0)));
    opened.push(stream);
    if (opened.length === wanted.length) void end(socket, streamsOf(wanted, opened), answer);
  });
}

function streamsOf(wanted: readonly string[], opened: readonly number[]): Map<string, number> {
  return new Map(wanted.map((name, index) => [name, opened[index] ?? 0]));
}

async function end(
  socket: Duplex,
  streams: ReadonlyMap<string, number>,
  answer: () => Promise<ExecAnswer>,
): Promise<void> {
  const given = await answer();
  const { stdout = "", stderr = "" } = given.notStarted === undefined ? given : {};
  const texts = { output: stdout, stderr, error: JSON.stringify(statusOf(given)) };
  for (const [name, text] of Object.entries(texts)) {
    const stream = streams.get(name);
    if (stream === undefined) continue;
    if (text !== "") socket.write(frame(stream, Buffer.from(text)));
    socket.write(frame(stream, Buffer.alloc(0), FIN));
  }
}

/** The status in the form that a kubelet sends. */
function statusOf({ exitCode = 0, notStarted }: ExecAnswer): object {
  if (notStarted !== undefined) {
    return { status: "Failure", reason: "InternalError", message: notStarted, code: 500 };
  }
  if (exitCode === 0) return { metadata: {}, status: "Success" };
  return {
    ...{ metadata: {}, status: "Failure", reason: "NonZeroExitCode" },
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    details: { causes: [{ reason: "ExitCode", message: String(exitCode) }] },
  };
}

/** The reply to the first stream begins with the header of the zlib stream that all replies share. */
function reply(stream: number, isFirst: boolean): Buffer {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(stream);
  return Buffer.concat([id, ...(isFirst ? [ZLIB] : []), NO_HEADERS]);
}

/** @param head of a control frame: its bit, version and type; of a data frame: its stream. */
function frame(head: number, payload: Buffer, flags = 0): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(head >>> 0);
  header.writeUInt32BE(payload.length, 4);
  header.writeUInt8(flags, 4);
  return Buffer.concat([header, payload]);
}

/** Calls `see` for each complete control frame; ignores the client's data frames. */
function onFrames(socket: Duplex, see: (type: number, payload: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 8) {
      const length = rest.readUIntBE(5, 3);
      if (rest.length < 8 + length) return;
      const payload = rest.subarray(8, 8 + length);
      if (rest.readUInt8(0) >= 0x80) see(rest.readUInt16BE(2), payload);
      rest = rest.subarray(8 + length);
    }
  });
}
