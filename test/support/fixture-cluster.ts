import { canonicalJson } from "../../rules/credspec/canonical-json";
import type { Cluster } from "../../rules/credspec/cluster";
import type { AdmissionCase } from "../fixtures/admission-case";
import { clusterFixture } from "../fixtures/admission-case";

/** The cluster of the fixtures, answering at once. */
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
