/** Load that must not fail while certificates change. */
import type { KubeConfig } from "@kubernetes/client-node";
import { connect } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";

import { KubeInstallation } from "../../certificates/kube-installation";
import { DNS_NAMES } from "../../kube/installation-names";
import type { Replica } from "../../testbed/controller/replica";
import type { Outcome } from "../../testbed/objects/cluster-objects";

const WORKERS = 4;
const HANDSHAKE_EVERY_MS = 200;

/** The results of the load. */
export interface LoadResult {
  creates: number;
  /** The error of each create that was not admitted. */
  failed: string[];
  /** Number of new connections, each with the CA that a webhook configuration had just before. */
  handshakes: number;
  /** Errors of such connections. */
  untrusted: string[];
}

/**
 * Creates Pods continuously. An API server reuses its connections, and would notice an untrusted
 * certificate only later, so the load also opens new ones.
 */
export class Load {
  readonly #result: LoadResult = { creates: 0, failed: [], handshakes: 0, untrusted: [] };
  readonly #work: Promise<unknown>;
  #ended = false;

  constructor(
    create: () => Promise<Outcome>,
    kubeConfig: KubeConfig,
    replicas: () => readonly Replica[],
  ) {
    const creating = Array.from({ length: WORKERS }, () =>
      this.#repeat(10, async () => {
        const outcome = await create();
        this.#result.creates++;
        if (!outcome.admitted) {
          this.#result.failed.push(outcome.message);
        }
      }),
    );
    const installation = new KubeInstallation(kubeConfig);
    const connecting = this.#repeat(HANDSHAKE_EVERY_MS, async () => {
      const { configurations } = await installation.observe();
      for (const { caBundle } of configurations.flatMap(({ webhooks }) => webhooks)) {
        for (const { address } of replicas()) {
          await this.#connect(address, caBundle);
        }
      }
    });
    this.#work = Promise.all([...creating, connecting]);
  }

  /** Stops the load and returns its results. */
  async end(): Promise<LoadResult> {
    this.#ended = true;
    await this.#work;
    return this.#result;
  }

  async #repeat(pauseMs: number, work: () => Promise<void>): Promise<void> {
    while (!this.#ended) {
      await work();
      await sleep(pauseMs);
    }
  }

  async #connect(address: { host: string; port: number }, ca: string): Promise<void> {
    const why = await new Promise<string | undefined>(resolve => {
      const socket = connect({ ...address, ca, servername: DNS_NAMES[0] });
      socket.once("secureConnect", () => {
        socket.destroy();
        resolve(undefined);
      });
      socket.once("error", (error: Error) => {
        resolve(error.message);
      });
    });
    this.#result.handshakes++;
    if (why !== undefined) {
      this.#result.untrusted.push(why);
    }
  }
}
