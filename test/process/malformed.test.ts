/**
 * Requests that are not AdmissionReviews, and misbehaving clients: each gets the matching status,
 * the controller keeps running, and no answer reveals its internals.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import type { Bed } from "../../testbed/bed/bed";
import { podOf } from "../../testbed/objects/pods";
import { describeOnOwnBed } from "../setup/own-bed";
import { WebhookClient, reviewOf } from "../support/admission-review";
import type { WebhookAddress } from "../support/admission-review";
import {
  MIB,
  NAMESPACE,
  SECRET,
  bodies,
  good,
  requests,
  reviewWith,
  send,
} from "./malformed-requests";
import { answerOn, openRaw } from "./raw-https";
import { onlyReplica, startWebhookBed } from "../support/webhook-bed";
import { cause, NAME } from "../support/refusals";

/** Matches stack traces and error pages of the server's libraries. */
const INSIDES = /node_modules|\bat .+:\d+:\d+|<html|<pre>|SyntaxError|TypeError/i;

let bed: Bed;
let address: WebhookAddress;
let client: WebhookClient;

beforeAll(async () => {
  ({ bed, address } = await startWebhookBed());
  client = new WebhookClient(address);
  await bed.createNamespace(NAMESPACE);
}, 300_000);

afterAll(async () => {
  client.close();
  await bed.stop();
});

/** Expects the answer to a valid request: a refusal, because there are no grants. */
async function expectGoodAnswer(): Promise<void> {
  // As from the API server, which gives each request a uid of its own.
  const uid = randomUUID();
  const response = await client.review("validate", { ...good, request: { ...good.request, uid } });
  expect(response).toMatchObject({
    ...{ uid, allowed: false },
    status: { details: { causes: [cause("NotAuthorized", `spec.${NAME}`, "webapp1")] } },
  });
}

describeOnOwnBed("the built webhook, sent bodies that are not an AdmissionReview", () => {
  test.each([...bodies, ...requests])("$what: $status", async ({ status, says, ...request }) => {
    const answer = await send(address, request);

    expect(answer.status).toBe(status);
    expect(answer.text).toContain(says);
    expect(answer.text).not.toMatch(INSIDES);
    expect(answer.text).not.toContain(SECRET);
    expect(answer.text).not.toContain(address.apiPath);
    await expectGoodAnswer();
  });

  test("64 KB of headers are answered, also where the client reads only when it has sent them", async () => {
    const socket = await openRaw(address);
    const answer = answerOn(socket);
    socket.pause();
    socket.write(`POST /validate/${address.apiPath} HTTP/1.1\r\nhost: x\r\n`);
    for (let sent = 0; sent < 16; sent++) {
      socket.write(`x-long: ${"h".repeat(4096)}\r\n`);
      await sleep(20);
    }
    socket.resume();

    expect((await answer).status).toBe(431);
    await expectGoodAnswer();
  });

  test("a review of another kind of object is refused", async () => {
    const kind = { group: "", version: "v1", kind: "ConfigMap" };
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data: {} };
    const { status, text } = await send(address, { body: reviewWith({}, { kind, object }) });

    expect(status).toBe(400);
    expect(text).toContain("request.kind");
    await expectGoodAnswer();
  });

  test("a review of 3 MB is answered like any other", async () => {
    const pod = podOf(NAMESPACE, "large", { credspec: "webapp1" });
    const value = "x".repeat(1.5 * MIB);
    Object.assign(pod.spec.containers?.[0] ?? {}, { env: [{ name: "LARGE", value }] });
    const { oldObject, object, ...request } = reviewOf({ pod, oldPod: pod }).request;
    const spec = { containers: podOf(NAMESPACE, "large").spec.containers };
    const review = {
      ...good,
      request: { ...request, object, oldObject: { ...(oldObject as object), spec } },
    };

    const { allowed, status } = await client.review("validate", review);

    expect(allowed).toBe(false);
    expect(status?.details?.causes).toMatchObject([{ reason: "SettingsChanged" }]);
  });

  test("neither bodies nor the path are in the log", () => {
    const log = onlyReplica(bed).logs();
    expect(log).not.toContain(SECRET);
    expect(log).not.toContain(address.apiPath);
    expect(log).not.toMatch(/<html|\bat .+body-parser/);
  });
});

/** The result of a request that is sent slowly. */
interface Trickled {
  status: number;
  text: string;
  /** Milliseconds until it was answered. */
  took: number;
  /** Number of valid requests answered in the meantime. */
  asked: number;
}

describeOnOwnBed("the built controller, with clients that take their time", () => {
  let headers: Promise<Trickled>;
  let body: Promise<Trickled>;
  let silence: Promise<number>;

  // All of these tests wait, so they wait in parallel.
  beforeAll(() => {
    const post = `POST /validate/${address.apiPath} HTTP/1.1`;
    headers = trickle([post, "host: x", ""], "x-slow: 1\r\n");
    const type = "content-type: application/json";
    body = trickle([post, "host: x", type, "content-length: 100000", "", "{"], " ");
    silence = connectInSilence(500);
    for (const each of [headers, body, silence]) each.catch(() => undefined);
  });

  test("headers that trickle are cut off, and good requests are answered meanwhile", async () => {
    const { status, took, asked } = await headers;
    expect(status).toBe(408);
    expect(took).toBeLessThan(50_000);
    expect(asked).toBeGreaterThan(10);
  }, 70_000);

  test("a body that trickles is cut off after five seconds, and good requests are answered meanwhile", async () => {
    const { status, text, took, asked } = await body;
    expect(status).toBe(408);
    expect(text).toContain("the body did not arrive within 5 s");
    expect(took).toBeGreaterThan(4900);
    expect(took).toBeLessThan(12_000);
    expect(asked).toBeGreaterThan(10);
  }, 30_000);

  test("500 silent connections do not keep others from being answered, and are closed", async () => {
    expect(await silence).toBeLessThan(55_000);
    await expectGoodAnswer();
  }, 90_000);

  test("500 connections that ask at the same time are all answered", async () => {
    const body = reviewWith({});
    const answers = await Promise.all(Array.from({ length: 500 }, () => send(address, { body })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test("uploads that break off do not affect other requests", async () => {
    const before = onlyReplica(bed).pid;
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        const socket = await openRaw(address);
        const head = [
          `POST /mutate/${address.apiPath} HTTP/1.1`,
          "host: x",
          "content-type: application/json",
          "content-length: 1000000",
        ];
        socket.write([...head, "", '{"kind":'].join("\r\n"));
        await sleep(50);
        socket.destroy();
      }),
    );
    await expectGoodAnswer();
    expect(onlyReplica(bed).pid).toBe(before);
  });

  /** Sends the beginning of a request at once, and a little more twice a second. */
  async function trickle(lines: readonly string[], more: string): Promise<Trickled> {
    const socket = await openRaw(address);
    const answer = answerOn(socket);
    socket.write(lines.join("\r\n"));
    const start = performance.now();
    const timer = setInterval(() => socket.write(more), 500);
    const asking = askUntil(() => socket.destroyed);

    const { status, text } = await answer;
    clearInterval(timer);
    const took = performance.now() - start;
    return { status, text, took, asked: await asking };
  }

  /**
   * Opens idle connections, sends requests on others, and waits until all are closed. Returns the
   * milliseconds until then.
   */
  async function connectInSilence(count: number): Promise<number> {
    const sockets = await Promise.all(Array.from({ length: count }, () => openRaw(address)));
    const start = performance.now();
    const ends = sockets.map(socket => answerOn(socket));

    const other = new WebhookClient(address);
    expect((await other.review("validate", good)).allowed).toBe(false);
    other.close();
    await expectGoodAnswer();

    await Promise.all(ends);
    return performance.now() - start;
  }

  /** Sends requests repeatedly until `stopped`; returns the number of correct answers. */
  async function askUntil(stopped: () => boolean): Promise<number> {
    let count = 0;
    while (!stopped()) {
      await expectGoodAnswer();
      count++;
      await sleep(50);
    }
    return count;
  }
});

describeOnOwnBed("the built controller, after all of it again and again", () => {
  test("has not restarted, and uses no more memory than before", async () => {
    const hostile = [...bodies, ...requests];
    const round = async (): Promise<void> => {
      await Promise.all(hostile.map(request => send(address, request)));
      await Promise.all(Array.from({ length: 20 }, () => send(address, { body: reviewWith({}) })));
    };
    // The minimum of several rounds after garbage collection, because buffers of 1 MB may be in use briefly.
    const leastHeap = async (rounds: number): Promise<number> => {
      const heaps: number[] = [];
      for (let count = 0; count < rounds; count++) {
        await round();
        heaps.push(await onlyReplica(bed).heapBytes());
      }
      return Math.min(...heaps.slice(-5)) / MIB;
    };
    // The first rounds compile code, and fill buffers that are kept for later requests.
    const before = await leastHeap(15);
    const after = await leastHeap(20);

    console.log(`${before.toFixed(1)} MiB in use before 20 rounds, ${after.toFixed(1)} after them`);
    expect(after - before).toBeLessThan(2);
    // The container's memory limit in the cluster.
    expect(residentMiB()).toBeLessThan(512);
    await expectGoodAnswer();
    expect(onlyReplica(bed).restarts).toBe(0);
  }, 300_000);
});

function residentMiB(): number {
  const { pid } = onlyReplica(bed);
  const status = readFileSync(`/proc/${pid ?? 0}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}
