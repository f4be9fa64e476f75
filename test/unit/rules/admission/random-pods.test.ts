/**
 * Random Pods compared with an independent model of the rules. A failure prints the seed and the
 * smallest failing Pod. GMSA_FUZZ_SEED repeats a run, and GMSA_FUZZ_RUNS sets the number of Pods.
 */
import { sentence } from "../../../../rules/problem";
import * as fc from "fast-check";

import { findDenials, findInlinings } from "../../../../rules/admission/review";
import { reduceToView } from "../../../../webhook/request-view";
import { canonicalJson } from "../../../../rules/credspec/canonical-json";
import type { Cluster } from "../../../../rules/credspec/cluster";
import type { JsonObject } from "../../../../rules/json-object";
import { kubectlWarnings, podWarnings } from "../../../../rules/admission/warnings";
import { giveHelpers } from "../../../../rules/opt-in/apply";
import type { PodReview } from "../../../../rules/admission/validate";
import { placesOf } from "../../../../rules/pod/windows-options";
import type { PodLike } from "../../../../rules/pod/windows-options";
import { randomRequest, storedJson } from "../../../model/arbitraries";
import type { RandomRequest } from "../../../model/arbitraries";
import { fuzzParameters } from "../../../model/fuzz-parameters";
import { decide, spotIds } from "../../../model/gmsa-model";
import type { ModelCluster } from "../../../model/gmsa-model";
import { goJson, identityOf, readJson } from "../../../model/json-text";

const RUNS = 800;
const MARKER = { key: "marker", value: "" };

function clusterOf({ credspecs, granted }: ModelCluster): Cluster {
  return {
    readCredspec: name => {
      const stored = credspecs.get(name);
      if (stored === undefined) return Promise.resolve({ outcome: "absent" });
      if (stored === null) return Promise.resolve({ outcome: "no credspec key" });
      const value = JSON.parse(stored) as JsonObject;
      return Promise.resolve({
        outcome: "found",
        credspec: { value, contents: canonicalJson(value) },
      });
    },
    mayUse: (_account, name) =>
      Promise.resolve(
        granted.has(name) ? { outcome: "allowed" } : { outcome: "denied", reason: "" },
      ),
  };
}

/** Sends a request through the view and both rules, as the controller does. */
async function admit({ pod, oldPod, cluster }: RandomRequest): Promise<{
  sentences: string[];
  filledIn: Map<string, string>;
  review: PodReview;
}> {
  const ids = spotIds(pod);
  const viewed = { object: structuredClone(pod), oldObject: structuredClone(oldPod) };
  reduceToView(viewed, MARKER);
  const review: PodReview = {
    pod: viewed.object as PodLike,
    oldPod: (viewed.oldObject as PodLike | null) ?? undefined,
    serviceAccount: { namespace: cluster.namespace, name: cluster.account },
  };
  const filledIn = new Map<string, string>();
  const places = placesOf(review.pod);
  for (const { place, contents } of await findInlinings(clusterOf(cluster), review)) {
    place.options.gmsaCredentialSpec = contents;
    const at = places.findIndex(({ options }) => options === place.options);
    filledIn.set(ids[at] ?? "nowhere", contents);
  }
  const denials = await findDenials(clusterOf(cluster), review);
  return { sentences: denials.map(sentence), filledIn, review };
}

/** Number of characters in kubectl's warnings about the Pod. */
function warnedCharacters(review: PodReview): number {
  return kubectlWarnings(podWarnings(review)).reduce((sum, text) => sum + text.length, 0);
}

/** The Pod with all possible helpers applied. */
function helped(pod: PodLike): PodLike {
  const copy = structuredClone(pod);
  giveHelpers(copy, { secureChannel: true, randomHostname: true });
  return copy;
}

test("random Pods are admitted, filled in and refused as the model predicts, word for word", async () => {
  const seen = { admitted: 0, refused: 0, filledIn: 0, updates: 0, tooMany: 0, impossible: 0 };
  await fc.assert(
    fc.asyncProperty(randomRequest, async request => {
      const expected = decide(request.pod, request.oldPod, request.cluster);
      const found = await admit(request);

      expect(found.sentences).toEqual(expected.sentences);
      expect(found.filledIn).toEqual(expected.filledIn);
      expect(warnedCharacters(found.review)).toBeLessThanOrEqual(4096);
      const once = helped(found.review.pod);
      expect(helped(once)).toEqual(once);
      seen[expected.sentences.length === 0 ? "admitted" : "refused"]++;
      seen.filledIn += expected.filledIn.size > 0 ? 1 : 0;
      seen.updates += request.oldPod === null ? 0 : 1;
      seen.tooMany += /are the most in one Pod/.test(expected.sentences.join()) ? 1 : 0;
      seen.impossible += /cannot be the name of an object/.test(expected.sentences.join()) ? 1 : 0;
    }),
    fuzzParameters(RUNS),
  );
  // The test would show nothing if all random Pods were refused.
  expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([]);
}, 300_000);

test("random JSON is written as Go writes it, and is the same value afterwards", () => {
  fc.assert(
    fc.property(storedJson, json => {
      const tree = readJson(json);
      if (tree === undefined || tree === "too deep") throw new Error("the model cannot read it");
      const written = canonicalJson(JSON.parse(json));
      const again = readJson(written);

      expect(written).toBe(goJson(tree));
      expect(typeof again === "object" ? identityOf(again) : again).toBe(identityOf(tree));
    }),
    fuzzParameters(2 * RUNS),
  );
}, 300_000);
