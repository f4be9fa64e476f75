/** Number of API calls to count the users of credential specs, and their time limit. */
import { CredspecScan, SCANNED } from "../../../kube/credspec-scan";
import type { ObjectPage, ObjectPages, ScannedResource } from "../../../kube/credspec-scan";
import type { UsersLookup } from "../../../rules/workload/credspec-users";
import { listed, NAMES_WEBAPP1 } from "../../fixtures/listed";

/** Three objects of each kind that name webapp1, one per page. */
const PAGES = 3;
const LIMITS = { deadlineMs: 200, memoryMs: 300 };

class Lists implements ObjectPages {
  readonly asked: string[] = [];

  constructor(
    readonly before: (resource: ScannedResource) => Promise<void> | void = () => undefined,
  ) {}

  async page(resource: ScannedResource, from: string): Promise<ObjectPage> {
    this.asked.push(`${resource.plural} ${from}`);
    await this.before(resource);
    const index = Number(from);
    const { spec, metadata } = listed(resource.kind, `o${index}`, { options: NAMES_WEBAPP1 });
    // Without apiVersion and kind, like the items of a list.
    return { items: [{ spec, metadata }], next: index + 1 < PAGES ? String(index + 1) : "" };
  }
}

function scanOf(lists: ObjectPages): CredspecScan {
  return new CredspecScan(lists, LIMITS);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });
}

/** The answer as soon as it is available, with a clock that moves only explicitly. */
async function timed(answer: Promise<UsersLookup>): Promise<{ answer: UsersLookup; took: number }> {
  const start = performance.now();
  let took: number | undefined;
  void answer.then(() => (took = performance.now() - start));
  while (took === undefined) {
    await jest.advanceTimersToNextTimerAsync();
  }
  return { answer: await answer, took };
}

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test("every page of every list is read, once", async () => {
  const lists = new Lists();
  const { users, missing } = await scanOf(lists).usersOf("webapp1");
  expect(users).toMatchObject({ pods: PAGES, workloads: PAGES * (SCANNED.length - 1) });
  expect(missing).toBeUndefined();
  expect([...new Set(lists.asked)]).toHaveLength(SCANNED.length * PAGES);
  expect(lists.asked).toHaveLength(SCANNED.length * PAGES);
});

test("many deletions at a time, and shortly after each other, share one scan", async () => {
  const lists = new Lists(() => sleep(20));
  const scan = scanOf(lists);
  const asked = Array.from({ length: 50 }, (_, index) =>
    scan.usersOf(index === 7 ? "webapp1" : `c${index}`),
  );
  await jest.advanceTimersByTimeAsync(PAGES * 20);
  const answers = await Promise.all(asked);
  expect(answers.map(({ users }) => users.pods)).toEqual(
    answers.map((_, index) => (index === 7 ? PAGES : 0)),
  );
  await scan.usersOf("webapp1");
  expect(lists.asked).toHaveLength(SCANNED.length * PAGES);
  await jest.advanceTimersByTimeAsync(LIMITS.memoryMs);
  await timed(scan.usersOf("webapp1"));
  expect(lists.asked).toHaveLength(2 * SCANNED.length * PAGES);
});

test("a list that does not arrive in time is not waited for; the others count", async () => {
  const lists = new Lists(({ kind }) => (kind === "Pod" ? sleep(10_000) : undefined));
  const { answer, took } = await timed(scanOf(lists).usersOf("webapp1"));
  expect(took).toBe(LIMITS.deadlineMs);
  expect(answer).toMatchObject({
    users: { pods: 0, workloads: PAGES * (SCANNED.length - 1) },
    missing: "there was not enough time for all pods",
  });
});

test("after the deadline no page is asked for, and those that were seen count", async () => {
  const lists = new Lists(() => sleep(150));
  const { answer } = await timed(scanOf(lists).usersOf("webapp1"));
  expect(answer.users.pods).toBe(1);
  expect(answer.missing).toBe("there was not enough time for all deployments");
  await jest.advanceTimersByTimeAsync(300);
  // Two pages of each list: one in time, and one late.
  expect(lists.asked).toHaveLength(2 * SCANNED.length);
});

test("a caller that comes during a scan waits only for the rest of it", async () => {
  const scan = scanOf(new Lists(() => sleep(10_000)));
  const first = scan.usersOf("webapp1");
  await jest.advanceTimersByTimeAsync(LIMITS.deadlineMs / 2);
  const { took } = await timed(scan.usersOf("webapp1"));
  expect(took).toBe(LIMITS.deadlineMs / 2);
  await first;
});

test("a list that may not be read is reported, and the others count", async () => {
  const lists = new Lists(({ kind }) => {
    if (kind === "Job") throw new Error("the API server answered 403");
  });
  expect(await scanOf(lists).usersOf("webapp1")).toMatchObject({
    users: { pods: PAGES, workloads: PAGES * (SCANNED.length - 2) },
    missing: "jobs could not be listed: the API server answered 403",
  });
});
