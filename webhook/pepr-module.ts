/**
 * All of Pepr's internals that this folder calls or names. The folder depends on how Pepr works
 * internally. The tests in test/unit/webhook/pepr-contract/ check each assumption, and
 * docs/contributing/pepr-upgrade.md explains them.
 */
import { PeprModule, metricsCollector } from "pepr";

import { Gmsa } from "../capabilities/gmsa";
import { webhookPort } from "../kube/webhook-port";
import config from "../package.json";
import { cloneQuickly } from "./quick-clone";
import { reduceToView } from "./request-view";

/** The annotation with which Pepr marks processed Pods. */
export const MARKER = { key: `${config.pepr.uuid}.pepr.dev/${Gmsa.name}`, value: "succeeded" };

/** The object in which Pepr keeps its store. Pepr reads it once at start. */
export const STORE = {
  group: "pepr.dev",
  version: "v1",
  namespace: "pepr-system",
  plural: "peprstores",
  name: `pepr-${config.pepr.uuid}-store`,
} as const;

/** Registers the bindings with Pepr and starts its server. */
export function startPepr(): void {
  const module = new PeprModule(config, [Gmsa], {
    // Without this, Pepr would start on its default port.
    deferStart: true,
    beforeHook: request => {
      reduceToView(request, MARKER);
      cloneQuickly(request.object);
      cloneQuickly(request.oldObject);
    },
  });
  // At build time, the server must not start.
  if (process.env.PEPR_MODE !== "build") module.start(webhookPort(process.env));
}

/** Appends metrics to Pepr's own at /metrics. */
export function serveMetrics(text: () => Promise<string>): void {
  const ofPepr = metricsCollector.getMetrics;
  metricsCollector.getMetrics = async (): Promise<string> => `${await ofPepr()}\n${await text()}`;
}

/**
 * Counts a refused request that does not reach Pepr, in the same metric as Pepr's own refusals:
 * pepr_alerts.
 */
export function countStranger(): void {
  metricsCollector.alert();
}
