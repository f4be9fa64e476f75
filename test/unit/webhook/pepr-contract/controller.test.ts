/** How Pepr behaves when it is started, called and stopped, observed on a real controller. */
import type { Operation } from "fast-json-patch";
import { setTimeout as sleep } from "node:timers/promises";

import { eventually } from "../../../../testbed/objects/eventually";
import { contract } from "../../../support/pepr-contract";
import { API_PATHS, Probe } from "./running-probe";
import type { Response } from "./running-probe";
import { BROKEN_STORE } from "./store-api";

const START = "start-and-end";
const STORE = "the-store";
const SERVER = "the-server";
const REQUESTS = "requests-and-answers";
const LOG = "the-log";
const MARKER = "gmsa.pepr.dev/gmsa";
const SECRET = "hidden-environment";

let probe: Probe;

beforeAll(async () => {
  probe = await Probe.start();
});

afterAll(async () => {
  await probe.stop();
});

describe("its start", () => {
  contract("starts to serve when a PeprModule is constructed", START, async () => {
    await probe.report("bare", "store read");
    expect((await probe.ask("bare", "/healthz")).status).toBe(200);
  });

  contract("listens on port 3000", START, async () => {
    expect((await probe.report("bare", "listening")).asked).toBe(3000);
  });

  contract("listens where start() says, if it is told to wait for that", START, async () => {
    expect((await probe.report("taken", "listening")).asked).toBe(10250);
  });

  contract("serves the key pair in /etc/certs", START, async () => {
    const { fingerprint } = await probe.ask("bare", "/healthz");
    expect(fingerprint).toBe(probe.fingerprints.bare);
  });

  contract("serves the key pair that SSL_CERT_PATH and SSL_KEY_PATH name", START, async () => {
    const { fingerprint } = await probe.ask("taken", "/healthz");
    expect(fingerprint).toBe(probe.fingerprints.taken);
  });

  contract("reads the webhooks' path from /app/api-path/value", START, async () => {
    expect((await probe.review("mutate", requestOf(podOf("p")))).allowed).toBe(true);
  });

  contract("reads the webhooks' path from PEPR_API_PATH", START, async () => {
    await probe.report("taken", "store read");
    // In this module, reviews do not go through Pepr's paths.
    const statuses = [`/mutate/${API_PATHS.taken}`, "/mutate/another"].map(
      async path => (await probe.ask("taken", path)).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 401]);
  });

  contract("ends on SIGTERM by a listener that can be removed", START, async () => {
    expect((await probe.report("bare", "started")).sigtermListeners).toBe(1);
    probe.signal("SIGTERM");
    await probe.report("bare", "SIGTERM");
    expect((await probe.ask("bare", "/healthz")).status).toBe(200);
  });
});

describe("its store", () => {
  contract("gets by with what the installed Role allows it", STORE, async () => {
    const calls = await eventually(
      () => Promise.resolve([...new Set(probe.api.calls)].sort()),
      seen => seen.includes("watch pepr-gmsa-schedule"),
    );
    const verbs = ["get", "list", "patch", "watch"];
    const stores = ["pepr-gmsa-schedule", "pepr-gmsa-store"];
    const ofStores = verbs.flatMap(verb => stores.map(store => `${verb} ${store}`));
    expect(calls.filter(call => !call.endsWith(BROKEN_STORE))).toEqual(ofStores);
    // Pepr works without these.
    expect([...new Set(probe.api.refused)].sort()).toEqual(stores.map(store => `list ${store}`));
  });

  contract("tells Store.onReady when it has read its store", STORE, async () => {
    await probe.report("bare", "store read");
    expect(probe.reports).not.toContainEqual({ module: "broken", event: "store read" });
  });

  contract("answers 404 until it has read its store, and tries that once", STORE, async () => {
    const asked = await eventually(
      () => Promise.resolve(probe.api.calls.filter(call => call.endsWith(BROKEN_STORE))),
      calls => calls.length >= 2,
    );
    expect((await probe.ask("broken", "/healthz")).status).toBe(404);
    // Half a minute at the speed of Pepr's timers in the probe.
    await sleep(300);
    expect(probe.api.calls.filter(call => call.endsWith(BROKEN_STORE))).toEqual(asked);
    expect((await probe.ask("broken", "/healthz")).status).toBe(404);
  });
});

describe("its server", () => {
  contract("answers /healthz, and nothing at /readyz", SERVER, async () => {
    await probe.report("bare", "store read");
    expect(await probe.ask("bare", "/healthz")).toMatchObject({ status: 200, text: "OK" });
    expect((await probe.ask("bare", "/readyz")).status).toBe(404);
  });

  contract("serves what metricsCollector.getMetrics returns at /metrics", SERVER, async () => {
    await probe.report("bare", "store read");
    const { text } = await probe.ask("bare", "/metrics");
    expect(text).toContain("\nprobe_metric 1\n");
    expect(text).toMatch(/^pepr_errors 0$/m);
  });

  contract("serves with one handler of a server of node:https", SERVER, async () => {
    await probe.report("taken", "store read");
    await probe.ask("taken", "/healthz");
    expect(await probe.report("taken", "found")).toMatchObject({ isHttps: true, handlers: 1 });
  });

  contract("handles the URL that a request has when its handler is called", SERVER, async () => {
    await probe.report("taken", "store read");
    expect(await probe.ask("taken", "/readyz")).toMatchObject({ status: 200, text: "OK" });
  });

  contract(
    "gives Express a handler for each webhook, which needs nothing else",
    SERVER,
    async () => {
      for (const webhook of ["mutate", "validate"] as const) {
        const request = requestOf(podOf("refused"));
        // Once through Express, and once through the handler alone.
        const byExpress = await probe.review(webhook, request, "bare");
        expect(await probe.review(webhook, request, "taken")).toEqual(byExpress);
      }
    },
  );

  contract("answers 500 by that handler, too, where it has no answer", SERVER, async () => {
    const path = `/mutate/${API_PATHS.taken}`;
    const { status, text } = await probe.ask("taken", path, { request: requestOf(null) });
    expect(status).toBe(500);
    expect(text).toBe("Pepr answers 500: Internal Server Error");
  });
});

describe("requests and answers", () => {
  const hostname = { op: "add", path: "/spec/hostname", value: "mutated" };

  contract("patches what an action of Mutate changes", REQUESTS, async () => {
    const response = await probe.review("mutate", requestOf(podOf("p")));
    expect(patchIn(response)).toContainEqual(hostname);
  });

  contract("marks each Pod that it mutates with an annotation", REQUESTS, async () => {
    const metadata = { annotations: { mine: "kept" } };
    const response = await probe.review("mutate", requestOf(podOf("p", metadata)));
    const path = `/metadata/annotations/${MARKER.replace("/", "~1")}`;
    const marked = { op: "add", path, value: "succeeded" };
    expect(patchIn(response).filter(operation => operation.path !== hostname.path)).toEqual([
      marked,
    ]);
  });

  contract("compares what actions leave with what beforeHook left", REQUESTS, async () => {
    const response = await probe.review("mutate", requestOf(podOf("hooked")));
    expect(patchIn(response)).toEqual([hostname]);
  });

  contract("hands actions the request itself, not a copy", REQUESTS, async () => {
    expect(seenIn(await probe.review("validate", requestOf(podOf("p")), "taken")).same).toBe(true);
  });

  contract("asks an object for a clone before it makes one", REQUESTS, async () => {
    const request = requestOf(podOf("own-clone"));
    const cloned = { metadata: { name: "cloned" }, spec: {} };
    expect(seenIn(await probe.review("validate", request, "taken")).raw).toEqual(cloned);
    const patch = patchIn(await probe.review("mutate", request, "taken"));
    expect(patch).toContainEqual({ op: "replace", path: "/metadata/name", value: "cloned" });
  });

  contract(
    "sends of a refusal its message and warnings alone, with code 422",
    REQUESTS,
    async () => {
      expect(await probe.review("validate", requestOf(podOf("refused")))).toEqual({
        uid: "the-uid",
        allowed: false,
        status: { code: 422, message: "why not" },
        warnings: ["a warning"],
      });
    },
  );

  contract("gives actions no OldResource of an object that is created", REQUESTS, async () => {
    const response = await probe.review("validate", requestOf(podOf("p")));
    expect(seenIn(response)).toMatchObject({ raw: podOf("p"), old: "none" });
  });

  contract(
    "gives actions OldResource for updates, ephemeral containers too",
    REQUESTS,
    async () => {
      const oldObject = podOf("p", { labels: { old: "yes" } });
      for (const more of [{}, { subResource: "ephemeralcontainers" }]) {
        const request = requestOf(podOf("p"), { operation: "UPDATE", oldObject, ...more });
        expect(seenIn(await probe.review("validate", request)).old).toEqual(oldObject);
        expect(patchIn(await probe.review("mutate", request))).toContainEqual(hostname);
      }
    },
  );

  contract("gives actions the old object as Raw when it is deleted", REQUESTS, async () => {
    const oldObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } };
    const response = await probe.review("validate", {
      ...requestOf(null, { operation: "DELETE", oldObject }),
      kind: { group: "", version: "v1", kind: "ConfigMap" },
      resource: { group: "", version: "v1", resource: "configmaps" },
    });
    expect(seenIn(response).raw).toEqual(oldObject);
  });
});

describe("its log", () => {
  contract("logs what Pods carry under four keys alone", LOG, async () => {
    const keys = (await logOfReviews()).flatMap(keysWithContents);
    expect([...new Set(keys)].sort()).toEqual([
      "kubeAdmissionResponse",
      "patches",
      "request",
      "res",
    ]);
  });

  contract("logs by pino, whose serializers can be added to", LOG, async () => {
    await probe.redact();
    const lines = await logOfReviews();
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter(line => keysWithContents(line).length > 0)).toEqual([]);
  });
});

function podOf(name: string, metadata: object = {}): object {
  const env = [{ name: "PASSWORD", value: SECRET }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "n", ...metadata },
    spec: { containers: [{ name: "c", image: "i", env }] },
  };
}

function requestOf(object: object | null, more: object = {}): object {
  return {
    uid: "the-uid",
    kind: { group: "", version: "v1", kind: "Pod" },
    resource: { group: "", version: "v1", resource: "pods" },
    name: "p",
    namespace: "n",
    operation: "CREATE",
    userInfo: {},
    object,
    oldObject: null,
    ...more,
  };
}

function patchIn({ patch }: Response): Operation[] {
  return JSON.parse(Buffer.from(patch as string, "base64").toString()) as Operation[];
}

/** The objects that the Validate action received; it returns them as a warning. */
function seenIn({ warnings }: Response): { raw: unknown; old?: unknown; same?: boolean } {
  const [text = "{}"] = warnings as string[];
  return JSON.parse(text) as ReturnType<typeof seenIn>;
}

/** The log lines for a Pod with contents, in its fields and in its patch. */
async function logOfReviews(): Promise<string[]> {
  const before = probe.log.length;
  const pod = podOf("refused", { annotations: { hostname: SECRET } });
  await probe.review("mutate", requestOf(pod));
  await probe.review("validate", requestOf(pod, { operation: "UPDATE", oldObject: pod }));
  // The last line arrives after the answer, as may that of an earlier review.
  const log = await eventually(
    () => Promise.resolve(probe.log.slice(before)),
    text => /"url":"\/mutate\/[^]*"url":"\/validate\//.test(text),
  );
  return log.split("\n").filter(line => line.startsWith("{"));
}

/** Keys of the log line under which there is data of a Pod, including within a patch. */
function keysWithContents(line: string): string[] {
  const fields = JSON.parse(line) as Record<string, unknown>;
  return Object.keys(fields).filter(key => {
    const text = JSON.stringify(fields[key]);
    const patch = Buffer.from(/"patch":"([^"]+)"/.exec(text)?.[1] ?? "", "base64").toString();
    return `${text}${patch}`.includes(SECRET);
  });
}
