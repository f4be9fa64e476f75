/**
 * Bodies that are designed to use much memory, sent to a replica with the heap size that Node.js
 * chooses in its container. The peak is compared with the container's memory limit.
 */
import { readFileSync } from "node:fs";

import type { Bed } from "../../testbed/bed/bed";
import { describeOnOwnBed } from "../setup/own-bed";
import { WebhookClient, type WebhookAddress } from "../support/admission-review";
import { onlyReplica, startWebhookBed, webhookAddress } from "../support/webhook-bed";
import {
  ALONE,
  belowTurns,
  manyAtOnce,
  manyEscapes,
  manyPlaces,
  REFUSED_ANYHOW,
  type Due,
} from "./hostile-bodies";
import { good, NAMESPACE, send } from "./malformed-requests";
import type { RawAnswer } from "./raw-https";

const DEPLOYMENT = ["-n", "pepr-system", "deployment/pepr-gmsa"];
/** Node.js limits V8's old space to half of the container's memory. */
const HEAP_SHARE = 0.5;
/** Maximum bytes of a whole answer, whatever the request. */
const MOST_OF_ANSWER = 20_000;

let bed: Bed;
let address: WebhookAddress;
let client: WebhookClient;
let limitMiB: number;
let pid: number | undefined;

beforeAll(async () => {
  ({ bed } = await startWebhookBed());
  await bed.createNamespace(NAMESPACE);
  const path = "{.spec.template.spec.containers[0].resources.limits.memory}";
  const { stdout } = await bed.kubectl(["get", ...DEPLOYMENT, "-o", `jsonpath=${path}`]);
  limitMiB = Number(/^(\d+)Mi$/.exec(stdout)?.[1]);
  if (Number.isNaN(limitMiB)) throw new Error(`the limit is ${stdout}, and not a number of Mi`);
  const heap = `NODE_OPTIONS=--max-old-space-size=${limitMiB * HEAP_SHARE}`;
  await bed.kubectl(["set", "env", ...DEPLOYMENT, heap]);
  await bed.controllers?.rollout();
  address = await webhookAddress(bed);
  client = new WebhookClient(address);
  ({ pid } = onlyReplica(bed));
}, 300_000);

afterAll(async () => {
  client.close();
  await bed.stop();
});

/** Peak resident memory, according to the kernel. */
function peakMiB(): number {
  const status = readFileSync(`/proc/${pid ?? 0}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

/** CPU time of the replica so far; fields 14 and 15 of proc_pid_stat(5), in hundredths of a second. */
function cpuSeconds(): number {
  const stat = readFileSync(`/proc/${pid ?? 0}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function expectSameReplica(): void {
  const { pid: now, restarts } = onlyReplica(bed);
  expect({ pid: now, restarts }).toEqual({ pid, restarts: 0 });
  expect(peakMiB()).toBeLessThan(limitMiB);
}

function summaryOf({ status, text }: RawAnswer, { says }: Due): string {
  return `${status} ${text.includes(says) ? says : text.slice(0, 500)}`;
}

function isDue({ status, text }: RawAnswer, due: Due): boolean {
  return status === due.status && text.includes(due.says);
}

/** Answers of an overloaded server: try again, too late, or connection closed. */
const BUSY = [503, 408, 0];

interface Answered {
  answer: RawAnswer;
  due: Due;
}

/** Nothing is admitted under any load. Returns the answers that are the same as alone. */
function expectNoneAdmitted(answers: Answered[]): Answered[] {
  const right = answers.filter(({ answer, due }) => isDue(answer, due));
  const others = answers.filter(({ answer, due }) => !isDue(answer, due));
  expect(others.filter(({ answer }) => !BUSY.includes(answer.status))).toEqual([]);
  expectSameReplica();
  return right;
}

/** Most requests get the same answer as alone. */
function expectRefusals(answers: Answered[]): void {
  expect(expectNoneAdmitted(answers).length).toBeGreaterThan(answers.length / 4);
}

describeOnOwnBed("a replica with the memory of its container", () => {
  test.each(ALONE)("$what: $due.status", async ({ body, due }) => {
    const answer = await send(address, { body: body(0) });

    expect(summaryOf(answer, due)).toBe(`${due.status} ${due.says}`);
    expect(answer.text.length).toBeLessThan(MOST_OF_ANSWER);
    expect((await client.review("validate", good)).allowed).toBe(false);
    expectSameReplica();
  });

  // The API server waits ten seconds. CPU time does not depend on other load on the machine.
  test.each([
    { what: "9,000 places", body: () => manyPlaces(9000) },
    { what: "3 MB that become 18", body: manyEscapes },
  ])(
    "20 Pods of $what at once take less CPU time than the timeout of one call",
    async ({ body: make }) => {
      const body = make();
      const requests = Array.from({ length: 20 }, () => ({ body }));
      // On a busy machine, all of them may get the answer that the replica is busy.
      let right: Answered[] = [];
      for (let attempt = 0; attempt < 3 && right.length === 0; attempt++) {
        const before = cpuSeconds();
        const answers = await Promise.all(requests.map(request => send(address, request)));
        const spent = cpuSeconds() - before;
        console.log(`20 reviews of ${body.length} bytes at once: ${spent.toFixed(1)} s of CPU`);
        right = expectNoneAdmitted(answers.map(answer => ({ answer, due: REFUSED_ANYHOW })));
        expect(spent).toBeLessThan(10);
      }
      expect(right).not.toHaveLength(0);
    },
    180_000,
  );

  test("500 of them at once: nothing is admitted, and the replica keeps running", async () => {
    const answers = await Promise.all(
      manyAtOnce().map(async ({ body, due }) => ({ answer: await send(address, { body }), due })),
    );
    expectRefusals(answers);
    expect((await client.review("validate", good)).allowed).toBe(false);
  }, 180_000);

  test("500 at once of a size that need not queue, four times: the same", async () => {
    const body = belowTurns();
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(Array.from({ length: 500 }, () => send(address, { body })));
      expectRefusals(answers.map(answer => ({ answer, due: REFUSED_ANYHOW })));
    }
    expect((await client.review("validate", good)).allowed).toBe(false);
    console.log(`at most ${Math.round(peakMiB())} of ${limitMiB} MiB were resident`);
  }, 180_000);
});
