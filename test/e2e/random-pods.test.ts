/**
 * Random Pods through a real API server, compared with the model of test/model. The same request
 * also goes to a namespace that no webhook covers, to get the API server's own result. If the API
 * server refuses it there, it must be refused here with the same message; if it is accepted there,
 * the result here must match the model. GMSA_FUZZ_SEED repeats a run, and GMSA_FUZZ_RUNS sets the
 * number of Pods.
 */
import { setTimeout as sleep } from "node:timers/promises";

import {
  AdmissionregistrationV1Api,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import * as fc from "fast-check";

import { canonicalJson } from "../../rules/credspec/canonical-json";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { ephemeralText, podText } from "../model/api-requests";
import { fuzzParameters } from "../model/fuzz-parameters";
import { decide, spotIds } from "../model/gmsa-model";
import type { Json, ModelCluster } from "../model/gmsa-model";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { describeOnOwnBed } from "../setup/own-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects, REFUSED_BY_WEBHOOK } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { sendRaw } from "./raw-request";
import type { RawAnswer, RawRequest } from "./raw-request";
import { storeUnchecked } from "../support/unchecked-credspecs";

const RUNS = 150;
/** A patch costs the API server several times as much. */
const EPHEMERAL_RUNS = 60;
const MAX_RETRIES = 3;
const NAMESPACE = "gmsa-random";
const CONTROL = "gmsa-control";
const UNUSUAL = {
  ...validCredspec("ünüsual"),
  ActiveDirectoryConfig: {
    HostAccountConfig: {
      PluginGUID: "{CCC2A336-D7F3-4818-A213-272B7924213E}",
      PluginInput: '<a>&"b"\\\u2028\u{1f511}\t',
      PortableCcgVersion: "1",
    },
    GroupManagedServiceAccounts: [{ Name: "ünüsual", Scope: "CONTOSO" }],
  },
};
const stored = {
  webapp1: validCredspec(),
  ungranted: validCredspec("other"),
  unusual: UNUSUAL,
  keyless: undefined,
};
const cluster: ModelCluster = {
  credspecs: new Map(
    Object.entries(stored).map(([name, value]) => [
      name,
      value === undefined ? null : canonicalJson(value),
    ]),
  ),
  granted: new Set(["webapp1", "unusual", "keyless", "absent"]),
  namespace: NAMESPACE,
  account: "web",
};

/** One for each result: admitted, refused by the rules, and invalid for the API server. */
const CREDSPECS = ["webapp1", "ungranted", "No Name"];
const pods = CREDSPECS.map((credspec): [string] => {
  const { metadata, spec } = podOf(NAMESPACE, "example", { serviceAccount: "web", credspec });
  // The request must be accepted in both namespaces.
  const { name } = metadata;
  return [JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec })];
});
const ephemeral = CREDSPECS.map((gmsaCredentialSpecName): [string] => {
  const securityContext = { windowsOptions: { gmsaCredentialSpecName } };
  const container = { name: "example", image: "example.test/debug", securityContext };
  return [JSON.stringify({ spec: { ephemeralContainers: [container] } })];
});

interface Seen {
  admitted: number;
  refused: number;
  notTaken: number;
}

let bed: Bed;

/** Excludes a namespace from both webhooks. */
async function leaveOut(namespace: string): Promise<void> {
  const api = bed.kubeConfig.makeApiClient(AdmissionregistrationV1Api);
  const value = { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [namespace] };
  const body = [{ op: "add", path: "/webhooks/0/namespaceSelector/matchExpressions/-", value }];
  const options = setHeaderOptions("Content-Type", PatchStrategy.JsonPatch);
  await api.patchMutatingWebhookConfiguration({ name: "pepr-gmsa", body }, options);
  await api.patchValidatingWebhookConfiguration({ name: "pepr-gmsa", body }, options);
}

async function prepare(): Promise<void> {
  const objects = new Objects(bed.kubeConfig);
  await Promise.all([NAMESPACE, CONTROL].map(name => bed.createNamespace(name)));
  await storeUnchecked(objects, { keyless: undefined });
  for (const [name, value] of Object.entries(stored)) {
    if (value !== undefined) await objects.createCredspec(name, value);
  }
  await objects.createGrantedAccount(NAMESPACE, "web", {
    role: "gmsa-random",
    credspecs: [...cluster.granted],
  });
  await objects.createServiceAccount(CONTROL, "web");
  await leaveOut(CONTROL);
  for (const namespace of [NAMESPACE, CONTROL]) {
    const settings = { serviceAccount: "web", credspec: "webapp1", contents: validContents() };
    const base = podOf(namespace, "base", settings);
    await eventually(
      () => objects.createPod(base),
      ({ admitted }) => admitted,
    );
  }
  // Until the API server excludes that namespace.
  const unchecked = podOf(CONTROL, "unchecked", { serviceAccount: "web", credspec: "ungranted" });
  await eventually(
    () => objects.createPod(unchecked, { dryRun: true }),
    ({ admitted }) => admitted,
  );
}

/** Sends the same request to both namespaces, and compares the results with the model. */
async function compare(
  request: (namespace: string) => RawRequest,
  oldPod: Json,
  seen: Seen,
): Promise<void> {
  const [control, found] = await Promise.all(
    [CONTROL, NAMESPACE].map(namespace => outcomeInTime(request(namespace))),
  );
  if (control === undefined || found === undefined) throw new Error("two requests, two answers");
  if (control.status >= 400) {
    expect(outcomeOf(found)).toEqual(outcomeOf(control));
    seen.notTaken++;
    return;
  }
  const pod = control.body as Json;
  const { sentences, filledIn } = decide(pod, oldPod, cluster);
  if (sentences.length > 0) {
    const message = `${REFUSED_BY_WEBHOOK}${sentences.join(" ")}`;
    expect(outcomeOf(found)).toEqual({ status: 403, message });
    seen.refused++;
    return;
  }
  expect(outcomeOf(found)).toEqual(outcomeOf(control));
  expect(contentsIn(found.body as Json)).toEqual(new Map([...contentsIn(pod), ...filledIn]));
  seen.admitted++;
}

/**
 * On a busy machine, an answer may arrive after the API server's timeout. That is unrelated to the
 * Pod, so the request is repeated; an error that repeats is the result.
 */
async function outcomeInTime(request: RawRequest): Promise<RawAnswer> {
  for (let retries = 0; ; retries++) {
    const answer = await sendRaw(bed.kubeConfig, request);
    if (retries === MAX_RETRIES || (answer.status < 500 && answer.status !== 429)) return answer;
    process.stderr.write(`asked again, as ${answer.status}: ${answer.body.message ?? ""}\n`);
    await sleep(1000 * 2 ** retries);
  }
}

/** Removes the namespace from the message. If it cannot read a patch, the API server quotes the Pod. */
function outcomeOf({ status, body }: RawAnswer): { status: number; message: string | undefined } {
  return {
    status,
    message:
      status < 400
        ? undefined
        : body.message
            ?.replaceAll(CONTROL, NAMESPACE)
            .replace(/(patch: Invalid value: )"(?:[^"\\]|\\.)*"/, "$1the Pod"),
  };
}

/** Contents by place, with the model's ids. */
function contentsIn(pod: Json): Map<string, string> {
  const { spec } = pod as unknown as { spec: Holder & Partial<Record<string, Holder[]>> };
  const holders = [
    spec,
    ...["containers", "initContainers", "ephemeralContainers"].flatMap(list => spec[list] ?? []),
  ];
  const ids = spotIds(pod);
  return new Map(
    holders.flatMap(({ securityContext }, index): [string, string][] => {
      const contents = securityContext?.windowsOptions?.gmsaCredentialSpec;
      return contents === undefined ? [] : [[ids[index] ?? "nowhere", contents]];
    }),
  );
}

interface Holder {
  securityContext?: { windowsOptions?: { gmsaCredentialSpec?: string } };
}

describeOnOwnBed("random requests to a real API server", () => {
  beforeAll(async () => {
    bed = await startBed({ replicas: 1, install: MANIFEST });
    await prepare();
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  test("new Pods are accepted by the API server, filled in and refused as the model predicts", async () => {
    const seen: Seen = { admitted: 0, refused: 0, notTaken: 0 };
    await fc.assert(
      fc.asyncProperty(podText(cluster), body =>
        compare(
          namespace => ({
            method: "POST",
            path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
            body,
          }),
          null,
          seen,
        ),
      ),
      fuzzParameters(RUNS, pods),
    );
    expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([]);
  }, 600_000);

  test("ephemeral containers of an existing Pod as well", async () => {
    const seen: Seen = { admitted: 0, refused: 0, notTaken: 0 };
    const { body: base } = await sendRaw(bed.kubeConfig, {
      method: "GET",
      path: `/api/v1/namespaces/${NAMESPACE}/pods/base`,
    });
    await fc.assert(
      fc.asyncProperty(ephemeralText(cluster), body =>
        compare(
          namespace => ({
            method: "PATCH",
            path: `/api/v1/namespaces/${namespace}/pods/base/ephemeralcontainers?dryRun=All`,
            contentType: "application/merge-patch+json",
            body,
          }),
          base as Json,
          seen,
        ),
      ),
      fuzzParameters(EPHEMERAL_RUNS, ephemeral),
    );
    expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([]);
  }, 600_000);
});
