/**
 * Lists of a real API server, as they were decoded. The library's own calls copy every object into
 * classes, member by member: 40 to 110 ms for 250 Pods instead of 9 to 16 ms, in one go, while no
 * admission is answered.
 */
import {
  ApiException,
  HttpMethod,
  RequestContext,
  createConfiguration,
  type KubeConfig,
} from "@kubernetes/client-node";
import * as z from "zod/mini";

import type { ObjectPage, ObjectPages, ScannedResource } from "./credspec-scan";
import type { CallObserver } from "./call-observer";
import { describeFailure } from "./api-error";

/** Objects in one answer. */
const PAGE = 250;
const OK = 200;

const list = z.object({
  items: z.nullish(z.array(z.looseObject({}))),
  metadata: z.optional(z.object({ continue: z.optional(z.string()) })),
});

/** The lists of the cluster behind a kubeconfig. */
export class KubeObjectPages implements ObjectPages {
  readonly #http = createConfiguration().httpApi;
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

  async #get({ apiVersion, plural }: ScannedResource, from: string): Promise<unknown> {
    const root = apiVersion.includes("/") ? "apis" : "api";
    const server = this.#kubeConfig.getCurrentCluster()?.server ?? "";
    const context = new RequestContext(`${server}/${root}/${apiVersion}/${plural}`, HttpMethod.GET);
    context.setQueryParam("limit", String(PAGE));
    if (from !== "") {
      context.setQueryParam("continue", from);
    }
    await this.#kubeConfig.applySecurityAuthentication(context);
    const { httpStatusCode, body, headers } = await this.#http.send(context).toPromise();
    const text = await body.text();
    if (httpStatusCode !== OK) throw new ApiException(httpStatusCode, "", text, headers);
    return JSON.parse(text);
  }
}
