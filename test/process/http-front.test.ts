/** Slow clients over real sockets, with deadlines of a fraction of a second. */
import { Log } from "pepr";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer, request as tlsRequest } from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";

import { Front, KEEP_ALIVE_MS, type FrontSettings } from "../../webhook/http-front";
import { eventually } from "../../testbed/objects/eventually";
import { LargeReviews, MOST_LARGE } from "../../webhook/large-reviews";
import type { PeprHandler } from "../../webhook/pepr-reviews";
import { asksFor, LARGE_BODY } from "../../webhook/review-body";
import { Readiness } from "../../webhook/readiness";
import { Rehearsal } from "../../webhook/rehearsal";
import { rehearsedReviews } from "../../webhook/rehearsal-reviews";
import { ClientCertificates } from "../../webhook/client-certificates";
import { keptPairs } from "../support/kept-keys";
import recorded from "../fixtures/reviews/recorded.json";

const DEADLINE_MS = 200;
const GOOD = JSON.stringify(recorded[0]);
const post = (length: number, more = ""): string =>
  `POST /validate/secret HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${more}\r\n`;

let front: Front;
let settings: FrontSettings;
/** Number of reviews that reached Pepr. */
let reviewed = 0;
let uninstall: () => void;
let server: Server;
let port: number;

beforeAll(async () => {
  // Hundreds of connections would each log a line.
  Log.level = "silent";
  // A review that waits for a turn is answered before the deadline of its body.
  const turns = new LargeReviews(DEADLINE_MS / 4);
  const reception = { bodyDeadlineMs: DEADLINE_MS, turns, asks: asksFor([]) };
  settings = { headersDeadlineMs: DEADLINE_MS, reception };
  front = new Front(new Readiness(performance.now()), settings);
  front.callers.paths = ["secret"];
  uninstall = front.install();
  // Node.js checks for late connections only every 30 s by default.
  server = createServer(
    { connectionsCheckingInterval: 20 },
    expressApp(({ body: { request } }, response) => {
      reviewed++;
      response.send({ response: { uid: uidOf(request), allowed: true }, reviewed: true });
    }),
  );
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
  await answerTo(["GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"]);
});

afterAll(() => {
  // The next test file may run in the same process.
  uninstall();
  server.closeAllConnections();
  server.close();
});

/** An Express-like application with both routes of Pepr; it answers other requests itself. */
function expressApp(handle: PeprHandler): RequestListener {
  const routes = ["/mutate/:path", "/validate/:path"].map(path => ({
    route: { path, stack: [{ handle }] },
  }));
  const answer: RequestListener = (_request, response) => {
    response.end("not reviewed");
  };
  return Object.assign(answer, { router: { stack: routes } });
}

function uidOf(request: object): string {
  return (request as { uid: string }).uid;
}

/** The data received until the connection ends or the first answer is complete. */
function received(socket: Socket): Promise<string> {
  return new Promise(resolve => {
    let text = "";
    socket.on("data", part => {
      text += part.toString();
      if (text.includes("reviewed") || text.includes("reviews") || text.includes("try again"))
        socket.destroy();
    });
    socket.on("error", () => undefined);
    socket.once("close", () => {
      resolve(text);
    });
  });
}

async function answerTo(parts: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const answer = received(socket);
  for (const part of parts) socket.write(part);
  return answer;
}

/** Sends the beginning, and then repeatedly a little more. */
async function trickle(beginning: string, more: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const timer = setInterval(() => socket.write(more), 20);
  socket.write(beginning);
  const text = await received(socket);
  clearInterval(timer);
  return text;
}

async function expectGoodAnswer(): Promise<void> {
  expect(await answerTo([post(Buffer.byteLength(GOOD)), GOOD])).toContain("reviewed");
}

test("a connection stays open for longer than the API server keeps it", () => {
  expect(server.keepAliveTimeout).toBe(KEEP_ALIVE_MS);
});

test("headers that trickle are cut off, and good requests are answered meanwhile", async () => {
  const slow = trickle("POST /validate/secret HTTP/1.1\r\nhost: x\r\n", "x-slow: 1\r\n");
  await expectGoodAnswer();
  expect(await slow).toMatch(/^HTTP\/1\.1 408 /);
});

test("a body that trickles is cut off, and good requests are answered meanwhile", async () => {
  const slow = trickle(`${post(100_000)}{`, " ");
  await expectGoodAnswer();
  expect(await slow).toMatch(/^HTTP\/1\.1 408 [^]*did not arrive within 0\.2 s/);
});

test("500 silent connections do not keep others from being answered, and are closed", async () => {
  const silent = Array.from({ length: 500 }, () => received(connect(port, "127.0.0.1")));
  await expectGoodAnswer();
  const answers = new Set((await Promise.all(silent)).map(text => text.split("\r\n")[0]));
  expect([...answers]).toEqual(["HTTP/1.1 408 Request Timeout"]);
  await expectGoodAnswer();
});

test("a replica rehearses although only strangers with a certificate are answered", async () => {
  const [pair] = await keptPairs(1);
  const { certificate, key } = pair;
  const reviews = rehearsedReviews();
  let answered = 0;
  const tls = createTlsServer(
    { cert: certificate, key },
    expressApp(({ body: { request } }, response) => {
      const allowed = reviews[answered++ % reviews.length]?.allowed;
      response.send({ response: { uid: uidOf(request), allowed } });
    }),
  );
  await new Promise<void>(resolve => tls.listen(0, "127.0.0.1", resolve));
  const address = tls.address() as AddressInfo;
  const statusOfStranger = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const to = { host: "127.0.0.1", port: address.port, path: "/validate/secret" };
      tlsRequest({ ...to, method: "POST", rejectUnauthorized: false }, response => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .once("error", reject)
        .end("{}");
    });
  try {
    const strangers = jest.fn();
    front.onStranger = strangers;
    front.callers.clients = new ClientCertificates(["kube-apiserver"]);
    front.trustClients(pair.ca);
    front.useCertificate(pair);
    expect(await statusOfStranger()).toBe(403);
    expect(strangers).toHaveBeenCalledTimes(1);
    const rehearsal = new Rehearsal();
    front.rehearsal = rehearsal;
    await rehearsal.run({ address, certificate }, 2);
    expect(answered).toBe(2 * reviews.length);
    expect(strangers).toHaveBeenCalledTimes(1);
  } finally {
    front.callers.clients = undefined;
    front.rehearsal = undefined;
    tls.closeAllConnections();
    tls.close();
  }
});

test("a body that is nested too deeply is answered before it has arrived", async () => {
  const answer = await answerTo([post(8_000_000), `{"request":{"object":${"[".repeat(50_000)}`]);
  expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*request\.object is nested more than 256 levels deep/);
});

test("a review that could not be answered in time is refused at once, without asking Pepr", async () => {
  const before = reviewed;
  settings.answerMs = 0;
  try {
    expect(await answerTo([post(Buffer.byteLength(GOOD)), GOOD])).toMatch(
      /^HTTP\/1\.1 503 [^]*try again/,
    );
  } finally {
    delete settings.answerMs;
  }
  expect(reviewed).toBe(before);
  await expectGoodAnswer();
  expect(reviewed).toBe(before + 1);
});

test("as few large bodies as large objects are read at a time, and small ones need not wait", async () => {
  const large = GOOD + " ".repeat(2 * LARGE_BODY);
  const beginning = large.slice(0, LARGE_BODY + 1);
  const turns = new LargeReviews(DEADLINE_MS / 4);
  const turn = jest.spyOn(turns, "turn");
  const { reception } = settings;
  settings.reception = { ...reception, bodyDeadlineMs: 60_000, turns };
  try {
    const reading = Array.from({ length: MOST_LARGE }, () => {
      const socket = connect(port, "127.0.0.1");
      socket.write(post(large.length) + beginning);
      return { socket, answer: received(socket) };
    });
    await eventually(
      () => Promise.resolve(turn.mock.calls.length),
      taken => taken === MOST_LARGE,
    );
    await expectGoodAnswer();
    expect(await answerTo([post(large.length), beginning])).toMatch(/^HTTP\/1\.1 503 /);
    for (const { socket } of reading) socket.write(large.slice(beginning.length));
    for (const { answer } of reading) expect(await answer).toContain("reviewed");
    expect(await answerTo([post(large.length), large])).toContain("reviewed");
  } finally {
    settings.reception = reception;
  }
});
