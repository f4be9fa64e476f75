/**
 * What this room calls and names of Pepr. All of the room relies on how Pepr works inside: the tests in
 * test/unit/webhook/pepr-contract/ hold each assumption, and docs/contributing/pepr-upgrade.md explains them.
 */
import { PeprModule, metricsCollector } from "pepr";

import { Gmsa } from "../capabilities/gmsa";
import { webhookPort } from "../kube/webhook-port";
import config from "../package.json";
import { cloneQuickly } from "./quick-clone";
import { reduceToView } from "./request-view";

/** The annotation by which Pepr marks Pods that it has seen. */
export const MARKER = { key: `${config.pepr.uuid}.pepr.dev/${Gmsa.name}`, value: "succeeded" };

/** Where Pepr keeps its store, which it reads once at start. */
export const STORE = {
  group: "pepr.dev",
  version: "v1",
  namespace: "pepr-system",
  plural: "peprstores",
  name: `pepr-${config.pepr.uuid}-store`,
} as const;

/** Registers the bindings with Pepr, and has it listen. */
export function startPepr(): void {
  const module = new PeprModule(config, [Gmsa], {
    // Pepr would start by itself on a port of its own.
    deferStart: true,
    beforeHook: request => {
      reduceToView(request, MARKER);
      cloneQuickly(request.object);
      cloneQuickly(request.oldObject);
    },
  });
  // While it is built, there is nothing to start.
  if (process.env.PEPR_MODE !== "build") module.start(webhookPort(process.env));
}

/** Has Pepr serve other metrics after its own at /metrics. */
export function serveMetrics(text: () => Promise<string>): void {
  const ofPepr = metricsCollector.getMetrics;
  metricsCollector.getMetrics = async (): Promise<string> => `${await ofPepr()}\n${await text()}`;
}

/** Counts a call that does not reach Pepr where Pepr counts those that it turns away: pepr_alerts. */
export function countStranger(): void {
  metricsCollector.alert();
}
