import { Log, PeprModule } from "pepr";

import { reduceToView } from "./capabilities/admission-view";
import { Gmsa } from "./capabilities/gmsa";
import { loadKubeConfig } from "./capabilities/kube-client";
import { redactPods } from "./capabilities/log-redaction";
import { keepConnectionsAlive } from "./capabilities/server-keep-alive";
import { endUnlessReady, untilStoreIsServed } from "./capabilities/startup";
import config from "./package.json";

/** The annotation by which Pepr marks Pods that it has seen. */
const MARKER = { key: `${config.pepr.uuid}.pepr.dev/${Gmsa.name}`, value: "succeeded" };

function start(): void {
  new PeprModule(config, [Gmsa], {
    beforeHook: request => {
      reduceToView(request, MARKER);
    },
  });
}

async function startWhenPossible(): Promise<void> {
  redactPods(Log);
  keepConnectionsAlive();
  await untilStoreIsServed(loadKubeConfig(), `pepr-${config.pepr.uuid}-store`, why => {
    Log.warn({ why }, "Waiting for the API server");
  });
  Gmsa.Store.onReady(
    endUnlessReady(() => {
      Log.error("Pepr did not become ready: its store could not be read. Starting anew.");
      process.exit(1);
    }),
  );
  start();
}

if (process.env.PEPR_MODE === "build") {
  // Pepr runs the module to learn its bindings: no cluster, no timers, no handles.
  start();
} else {
  void startWhenPossible();
}
