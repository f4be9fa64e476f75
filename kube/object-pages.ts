/**
 * Lists objects of a real API server as decoded JSON. The library's own calls copy every object into
 * classes, field by field. For 250 Pods that takes 40 to 110 ms instead of 9 to 16 ms, and blocks
 * admission meanwhile.
 */
import type { KubeConfig } from "@kubernetes/client-node";
import * as z from "zod/mini";

import type { ObjectPage, ObjectPages, ScannedResource } from "./credspec-scan";
import type { CallObserver } from "./call-observer";
import { describeFailure } from "./api-error";
import { listPath, rawGet } from "./raw-get";

/** The number of objects in one page. */
const PAGE = 250;

const list = z.object({
  items: z.nullish(z.array(z.looseObject({}))),
  metadata: z.optional(z.object({ continue: z.optional(z.string()) })),
});

/** Reads lists from the cluster of a kubeconfig. */
export class KubeObjectPages implements ObjectPages {
  readonly #kubeConfig: KubeConfig;
  readonly #observer: CallObserver | undefined;

  constructor(kubeConfig: KubeConfig, observer?: CallObserver) {
    this.#kubeConfig = kubeConfig;
    this.#observer = observer;
  }

  async page(resource: ScannedResource, from: string): Promise<ObjectPage> {
    const start = performance.now();
    let result = "failed";
    try {
      const { items, metadata } = list.parse(await this.#get(resource, from));
      result = "listed";
      return { items: items ?? [], next: metadata?.continue ?? "" };
    } catch (error) {
      throw new Error(describeFailure(error), { cause: error });
    } finally {
      this.#observer?.called("list", result, performance.now() - start);
    }
  }

  #get({ apiVersion, plural }: ScannedResource, from: string): Promise<unknown> {
    const query = { limit: String(PAGE), ...(from === "" ? {} : { continue: from }) };
    return rawGet(this.#kubeConfig, listPath(apiVersion, plural), query);
  }
}
