/** Grants and credspecs change while Pods are created, and it is noted when. */
import { setTimeout as sleep } from "node:timers/promises";

import type { ApiServer, Asked } from "../api-server";
import type { History } from "./history";
import { chooseChanged } from "./hot-credspecs";
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
/** Share of the changes of a credspec that delete it. */
const DELETIONS = 0.2;

/** How many changes were made, and how fast the API server's own authorizer knew of them. */
export interface ChangesMade {
  grants: number;
  credspecs: number;
  /** Milliseconds from the answer to a grant or its revocation until reviews reflect it. */
  lags: number[];
}

/** What is changed where. */
export interface ChangesSpec {
  api: ApiServer;
  population: Population;
  history: History;
  perSecond: number;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Makes one change after the other, some at the same time, until it is stopped. */
export class Changes {
  readonly made: ChangesMade = { grants: 0, credspecs: 0, lags: [] };
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #busy = new Map<number, Promise<void>>();
  #failure: unknown;
  #version = FIRST_STATE;

  constructor(private readonly spec: ChangesSpec) {
    this.#running = this.#run();
  }

  /** Waits for those under way. Rejects if one of them failed: nobody knows then what held. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#busy.values());
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const pause = 1000 / this.spec.perSecond;
    while (!signal.aborted && this.#failure === undefined) {
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      const number = chooseChanged(this.spec.population);
      if (!this.#busy.has(number)) this.#start(number);
    }
  }

  #start(number: number): void {
    const change = Math.random() < 0.5 ? this.#changeGrant(number) : this.#changeCredspec(number);
    const noted = change
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#busy.delete(number));
    this.#busy.set(number, noted);
  }

  async #changeGrant(number: number): Promise<void> {
    const { api, population, history } = this.spec;
    const { granted } = history.of(number);
    const wanted = !granted.current;
    const path = bindingsPath(population, number);
    const start = now();
    await api.sendOk(
      wanted
        ? { method: "POST", path, body: JSON.stringify(binding(population, number)) }
        : { method: "DELETE", path: `${path}/${bindingName(number)}` },
    );
    const answered = now();
    await this.#untilSeen(number, wanted);
    const end = now();
    granted.change(wanted, { start, end });
    this.made.grants++;
    this.made.lags.push(end - answered);
  }

  /**
   * Waits until the API server's authorizer, which learns of RoleBindings by a watch, knows of it.
   * It is asked by LocalSubjectAccessReviews, which are not counted with those of the module.
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
    const start = now();
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
    // A GET is answered from etcd, so the answer to the write says that it can be read.
    contents.change(wanted, { start, end: now() });
    this.made.credspecs++;
  }
}
