/** The objects that the certificate controller reads, in memory, with an API server's behaviour. */
import type { V1ValidatingWebhookConfiguration } from "@kubernetes/client-node";
import { applyPatch } from "fast-json-patch";

import type { SignedPair } from "../../certificates/authority";
import type {
  Installation,
  Observation,
  StoredPair,
  WebhookChange,
} from "../../certificates/installation";
import { observedConfiguration, webhookPatch } from "../../certificates/webhook-patch";

/** All objects. Never changed in place: a write creates a new value. */
export interface World {
  pair: StoredPair;
  apiPath: string;
  mutate: V1ValidatingWebhookConfiguration;
  validate: V1ValidatingWebhookConfiguration;
}

const KINDS = ["mutate", "validate"] as const;

/** Applies the controller's writes to `world`; the controller must not change what it does not own. */
export class MemoryCluster implements Installation {
  writes = 0;

  constructor(
    public world: World,
    private readonly served: () => string | undefined,
  ) {}

  observe(): Promise<Observation> {
    const { pair, apiPath, mutate, validate } = this.world;
    return Promise.resolve({
      pair: { ...pair },
      apiPath,
      configurations: [
        observedConfiguration("mutate", mutate),
        observedConfiguration("validate", validate),
      ],
    });
  }

  servedFingerprints(): Promise<(string | undefined)[]> {
    return Promise.resolve([this.served()]);
  }

  storePair(pair: SignedPair, renewed: string, rotations: readonly Date[]): Promise<void> {
    const { renew, certManagerName } = this.world.pair;
    const stored = { ...pair, own: true, certManagerName, renew, renewed };
    this.#write({ pair: { ...stored, rotations: [...rotations] } });
    return Promise.resolve();
  }

  storeApiPath(apiPath: string): Promise<void> {
    this.#write({ apiPath });
    return Promise.resolve();
  }

  updateWebhooks(change: WebhookChange): Promise<boolean> {
    let changed = false;
    for (const kind of KINDS) {
      const patch = webhookPatch(this.world[kind], kind, change);
      if (patch.length === 0) continue;
      changed = true;
      // Validated, so that a failing test operation of a patch throws, as an API server would
      // reject it.
      this.#write({ [kind]: applyPatch(this.world[kind], patch, true, false).newDocument });
    }
    return Promise.resolve(changed);
  }

  #write(part: Partial<World>): void {
    this.writes += 1;
    this.world = { ...this.world, ...part };
  }
}
