/**
 * Changes grants and credential specs while Pods are created, and records the time of each change.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { errorText } from "../../../testbed/process/log";
import type { Asked } from "../api-server";
import type { History } from "./history";
import { chooseChanged } from "./hot-credspecs";
import type { PersistentApi } from "./persistent";
import {
  accountName,
  accountOf,
  binding,
  bindingName,
  bindingsPath,
  credspecName,
  credspecObject,
  CREDSPECS_PATH,
  FIRST_STATE,
  namespaceOf,
  type Population,
} from "./population";

const POLL_MS = 5;
const SEEN_WITHIN_MS = 30_000;
/** Share of credential spec changes that delete it. */
const DELETIONS = 0.2;

/** Number of changes, and how fast the API server's authorizer saw them. */
export interface ChangesMade {
  grants: number;
  credspecs: number;
  /** Why the effect of a change is unknown, for each such change. */
  lost: string[];
  /** Milliseconds from the response to a grant or revocation until access reviews reflect it. */
  lags: number[];
}

/** Where to make changes, and how many. */
export interface ChangesSpec {
  api: Pick<PersistentApi, "sendOk">;
  population: Population;
  history: History;
  perSecond: number;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Starts changes at a fixed rate, several at a time, until it is stopped. */
export class Changes {
  readonly made: ChangesMade = { grants: 0, credspecs: 0, lost: [], lags: [] };
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #busy = new Map<number, Promise<void>>();
  #version = FIRST_STATE;

  constructor(private readonly spec: ChangesSpec) {
    this.#running = this.#run();
  }

  /** Waits for the changes in flight. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#busy.values());
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const pause = 1000 / this.spec.perSecond;
    while (!signal.aborted) {
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      const number = chooseChanged(this.spec.population);
      if (!this.#busy.has(number) && this.#isKnown(number)) this.#start(number);
    }
  }

  /** Whether the effect of all earlier changes is known. */
  #isKnown(number: number): boolean {
    const { granted, contents } = this.spec.history.of(number);
    return granted.isSettled && contents.isSettled;
  }

  #start(number: number): void {
    const change = Math.random() < 0.5 ? this.#changeGrant(number) : this.#changeCredspec(number);
    const noted = change
      .catch((error: unknown) => {
        this.made.lost.push(errorText(error));
      })
      .finally(() => this.#busy.delete(number));
    this.#busy.set(number, noted);
  }

  async #changeGrant(number: number): Promise<void> {
    const { api, population, history } = this.spec;
    const { granted } = history.of(number);
    const wanted = !granted.current;
    const path = bindingsPath(population, number);
    const settle = granted.begin(wanted, now());
    await api.sendOk(
      wanted
        ? { method: "POST", path, body: JSON.stringify(binding(population, number)) }
        : { method: "DELETE", path: `${path}/${bindingName(number)}` },
    );
    const answered = now();
    await this.#untilSeen(number, wanted);
    const end = now();
    settle(end);
    this.made.grants++;
    this.made.lags.push(end - answered);
  }

  /**
   * Waits until the API server's authorizer, which watches RoleBindings, reflects the change. Uses
   * LocalSubjectAccessReviews, which are counted separately from the module's reviews.
   */
  async #untilSeen(number: number, wanted: boolean): Promise<void> {
    const deadline = now() + SEEN_WITHIN_MS;
    const review = this.#review(number);
    for (;;) {
      const answer = JSON.parse((await this.spec.api.sendOk(review)).toString()) as {
        status: { allowed: boolean };
      };
      if (answer.status.allowed === wanted) return;
      if (now() > deadline) throw new Error("a change of RBAC was not seen within 30 s");
      await sleep(POLL_MS);
    }
  }

  #review(number: number): Asked {
    const { population } = this.spec;
    const account = accountOf(population, number);
    const namespace = namespaceOf(population, account);
    const spec = {
      user: `system:serviceaccount:${namespace}:${accountName(account)}`,
      resourceAttributes: {
        namespace,
        verb: "use",
        group: "windows.k8s.io",
        resource: "gmsacredentialspecs",
        name: credspecName(number),
      },
    };
    return {
      method: "POST",
      path: `/apis/authorization.k8s.io/v1/namespaces/${namespace}/localsubjectaccessreviews`,
      body: JSON.stringify({ metadata: { namespace }, spec }),
    };
  }

  async #changeCredspec(number: number): Promise<void> {
    const { contents } = this.spec.history.of(number);
    const absent = contents.current === "absent";
    const wanted = !absent && Math.random() < DELETIONS ? "absent" : ++this.#version;
    const path = `${CREDSPECS_PATH}/${credspecName(number)}`;
    const settle = contents.begin(wanted, now());
    if (wanted === "absent") {
      await this.spec.api.sendOk({ method: "DELETE", path });
    } else {
      const body = JSON.stringify(credspecObject(number, wanted));
      await this.spec.api.sendOk(
        absent
          ? { method: "POST", path: CREDSPECS_PATH, body }
          : { method: "PATCH", path, body, contentType: "application/merge-patch+json" },
      );
    }
    // The API server answers a GET from etcd, so the change is readable once the write is answered.
    settle(now());
    this.made.credspecs++;
  }
}
