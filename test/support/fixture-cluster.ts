import type { Denial } from "../../rules/admission/denial";
import { findDenials, findInlinings } from "../../rules/admission/review";
import type { PodReview } from "../../rules/admission/validate";
import { canonicalJson } from "../../rules/credspec/canonical-json";
import type { Cluster } from "../../rules/credspec/cluster";
import type { AdmissionCase } from "../fixtures/admission-case";
import { clusterFixture } from "../fixtures/admission-case";

/** The cluster of the fixtures, with immediate answers. */
export function fixtureCluster(failing: AdmissionCase["failing"] = {}): Cluster {
  return {
    readCredspec: name => {
      if (failing.readCredspec !== undefined) {
        return Promise.resolve({ outcome: "failed", why: failing.readCredspec });
      }
      const stored = clusterFixture.credspecs[name];
      if (stored === undefined) {
        return Promise.resolve({ outcome: "absent" });
      }
      const { credspec: value } = stored;
      return Promise.resolve(
        value === undefined
          ? { outcome: "no credspec key" }
          : { outcome: "found", credspec: { value, contents: canonicalJson(value) } },
      );
    },
    mayUse: (serviceAccount, credspecName) => {
      if (failing.mayUse !== undefined) {
        return Promise.resolve({ outcome: "failed", why: failing.mayUse });
      }
      const granted = clusterFixture.grants[serviceAccount.name] ?? [];
      return Promise.resolve(
        granted.includes(credspecName) ? { outcome: "allowed" } : { outcome: "denied", reason: "" },
      );
    },
  };
}

/** Admits a case: returns the Pod with the inlined contents, and the reasons for a refusal. */
export async function admitCase({
  pod,
  oldPod,
  mutated,
  failing,
}: AdmissionCase): Promise<{ review: PodReview; denials: Denial[] }> {
  const cluster = fixtureCluster(failing);
  const { namespace } = pod.metadata;
  const serviceAccount = { namespace, name: pod.spec.serviceAccountName ?? "default" };
  const review = { pod: structuredClone(pod), oldPod, serviceAccount };
  if (mutated) {
    for (const { place, contents } of await findInlinings(cluster, review)) {
      place.options.gmsaCredentialSpec = contents;
    }
  }
  return { review, denials: await findDenials(cluster, review) };
}
