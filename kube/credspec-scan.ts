/**
 * Looks through what makes Pods, and Pods, for users of credspecs; never for longer than is good for
 * whoever waits, and never twice at a time.
 */
import { CredspecTally, type UsersLookup } from "../rules/workload/credspec-users";
import { gmsaObjectsOf, type ListedObject } from "../rules/workload/gmsa-object";
import { TtlCache } from "./ttl-cache";
import { withDeadline } from "./deadline";

/**
 * What is looked through. ReplicaSets and ReplicationControllers are not: a Deployment stands for the
 * first, of which it keeps ten, and for the rest their Pods.
 */
export const SCANNED = [
  { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments" },
  { apiVersion: "apps/v1", kind: "StatefulSet", plural: "statefulsets" },
  { apiVersion: "apps/v1", kind: "DaemonSet", plural: "daemonsets" },
  { apiVersion: "batch/v1", kind: "CronJob", plural: "cronjobs" },
  { apiVersion: "batch/v1", kind: "Job", plural: "jobs" },
  { apiVersion: "v1", kind: "Pod", plural: "pods" },
] as const;

/** One of these resources. */
export type ScannedResource = (typeof SCANNED)[number];

/** A part of a list. */
export interface ObjectPage {
  /** As the API server has them: members of a list do not say what they are. */
  items: object[];
  /** Where the next page begins; empty after the last. */
  next: string;
}

/** Reads lists of the whole cluster, page by page. */
export interface ObjectPages {
  /**
   * @param from as the page before said; empty for the first.
   * @throws Error that says why it could not be read.
   */
  page(resource: ScannedResource, from: string): Promise<ObjectPage>;
}

/** How much work a scan may be, in milliseconds. */
export interface ScanLimits {
  /** From its start to its answer, which is then of what was seen until then. */
  deadlineMs: number;
  /** For how long its answer is given again: whole folders of credspecs are deleted at once. */
  memoryMs: number;
}

/** The webhook has 3 s, and what the API server needs for its own part of a deletion is short. */
const LIMITS: ScanLimits = { deadlineMs: 1500, memoryMs: 5000 };

interface Scan {
  tally: CredspecTally;
  missing: UsersLookup["missing"];
}

/** Counts the users of credspecs. */
export class CredspecScan {
  readonly #scans: TtlCache<ObjectPages, Scan>;
  readonly #pages: ObjectPages;

  constructor(pages: ObjectPages, { deadlineMs, memoryMs }: ScanLimits = LIMITS) {
    this.#pages = pages;
    this.#scans = new TtlCache({
      ttl: memoryMs,
      max: 1,
      ask: source => scan(source, deadlineMs),
      mayRemember: () => true,
    });
  }

  /** What uses a credspec. Answers in time, and never rejects. */
  async usersOf(credspec: string): Promise<UsersLookup> {
    const { tally, missing } = await this.#scans.answer("all", this.#pages);
    return { users: tally.usersOf(credspec), ...(missing === undefined ? {} : { missing }) };
  }
}

async function scan(pages: ObjectPages, deadlineMs: number): Promise<Scan> {
  const tally = new CredspecTally();
  const end = performance.now() + deadlineMs;
  const outcomes = await Promise.all(
    SCANNED.map(resource => scanList(pages, resource, { tally, end })),
  );
  return { tally, missing: outcomes.find(missing => missing !== undefined) };
}

async function scanList(
  pages: ObjectPages,
  resource: ScannedResource,
  { tally, end }: { tally: CredspecTally; end: number },
): Promise<UsersLookup["missing"]> {
  const { apiVersion, kind } = resource;
  let from = "";
  do {
    const left = end - performance.now();
    let page: ObjectPage | undefined;
    try {
      page = left > 0 ? await withDeadline(left, pages.page(resource, from)) : undefined;
    } catch (error) {
      return `${resource.plural} could not be listed: ${(error as Error).message}`;
    }
    if (page === undefined) return `there was no time for all ${resource.plural}`;
    for (const item of page.items) {
      for (const found of gmsaObjectsOf({ ...(item as ListedObject), apiVersion, kind })) {
        tally.add(found);
      }
    }
    from = page.next;
  } while (from !== "");
  return undefined;
}
