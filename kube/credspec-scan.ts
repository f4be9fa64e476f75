/**
 * Searches workloads and Pods for users of credential specs. A scan has a deadline, and only one runs at
 * a time.
 */
import { CredspecTally, type UsersLookup } from "../rules/workload/credspec-users";
import { gmsaObjectsOf, type ListedObject } from "../rules/workload/gmsa-object";
import { TtlCache } from "./ttl-cache";
import { withDeadline } from "./deadline";

/**
 * The resources to search. ReplicaSets and ReplicationControllers are left out: a Deployment represents
 * its ReplicaSets, of which it keeps ten, and the others are represented by their Pods.
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

/** A page of a list. */
export interface ObjectPage {
  /** The objects as the API server sends them, without apiVersion and kind. */
  items: object[];
  /** The token of the next page; empty after the last one. */
  next: string;
}

/** Reads lists of the whole cluster, page by page. */
export interface ObjectPages {
  /**
   * @param from the token from the previous page; empty for the first one.
   * @throws Error with the reason if the page cannot be read.
   */
  page(resource: ScannedResource, from: string): Promise<ObjectPage>;
}

/** The limits of a scan, in milliseconds. */
export interface ScanLimits {
  /** The deadline of a scan. After it, the users found so far are returned. */
  deadlineMs: number;
  /** How long the result is cached, because users delete whole folders of credential specs at once. */
  memoryMs: number;
}

/** The webhook has 3 s, and the API server needs little time for its own part of a deletion. */
const LIMITS: ScanLimits = { deadlineMs: 1500, memoryMs: 5000 };

interface Scan {
  tally: CredspecTally;
  missing: UsersLookup["missing"];
}

/** Counts the users of credential specs. */
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

  /** Returns the users of a credential spec within the deadline. Never rejects. */
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
    if (page === undefined) return `there was not enough time for all ${resource.plural}`;
    for (const item of page.items) {
      for (const found of gmsaObjectsOf({ ...(item as ListedObject), apiVersion, kind })) {
        tally.add(found);
      }
    }
    from = page.next;
  } while (from !== "");
  return undefined;
}
