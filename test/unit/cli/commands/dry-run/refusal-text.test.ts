/** Every sentence of a refusal is recognised in a message of the webhook. */
import { DENIAL_REASONS, notAuthorized, useUnknown } from "../../../../../rules/admission/denial";
import { refusalsIn } from "../../../../../cli/commands/dry-run/refusal-text";
import { findDenials, findInlinings } from "../../../../../rules/admission/review";
import type { PodReview } from "../../../../../rules/admission/validate";
import { admissionCases } from "../../../../fixtures/admission-case";
import type { AdmissionCase } from "../../../../fixtures/admission-case";
import type { Denial } from "../../../../../rules/admission/denial";
import { fixtureCluster } from "../../../../support/fixture-cluster";

/** An update is no create, and a dry run creates. */
const OF_CREATES = DENIAL_REASONS.filter(reason => reason !== "settings changed");
const cases = admissionCases("team-a").filter(({ denials }) => denials.length > 0);
const PLACES = [
  { kind: "pod", name: "", options: undefined, path: [] },
  { kind: "init container", name: "i", options: undefined, path: [] },
] as const;
const ACCOUNT = { namespace: "shop", name: "web" };

async function denialsOf({ pod, oldPod, mutated, failing }: AdmissionCase): Promise<Denial[]> {
  const cluster = fixtureCluster(failing);
  const review: PodReview = {
    pod: structuredClone(pod),
    oldPod,
    serviceAccount: {
      namespace: pod.metadata.namespace,
      name: pod.spec.serviceAccountName ?? "default",
    },
  };
  if (mutated) {
    for (const { place, contents } of await findInlinings(cluster, review)) {
      place.options.gmsaCredentialSpec = contents;
    }
  }
  return (await findDenials(cluster, review)).filter(({ reason }) => reason !== "settings changed");
}

function messageOf(denials: readonly Denial[]): string {
  return denials.map(({ message }) => message).join(" ");
}

function refusalsOf(denials: readonly Denial[]): unknown {
  return denials.map(({ reason, places, problem, remedy }) => ({
    reason,
    places,
    problem,
    remedy,
  }));
}

describe("refusals in a message", () => {
  test.each(cases)("$title", async one => {
    const denials = await denialsOf(one);
    expect(refusalsIn(messageOf(denials))).toEqual(refusalsOf(denials));
  });

  test("the cases have every reason for which a Pod is not created", async () => {
    const denials = (await Promise.all(cases.map(denialsOf))).flat();
    expect([...new Set(denials.map(({ reason }) => reason))].sort()).toEqual(
      [...OF_CREATES].sort(),
    );
  });

  test("words of authorizers and of failures do not matter", () => {
    const denials = [
      notAuthorized(ACCOUNT, "a", [...PLACES], 'RBAC: role "x" not found (really). Ask (them).'),
      useUnknown(ACCOUNT, "b", [...PLACES], "the API server answered 500: a. b. c (d)"),
      notAuthorized(ACCOUNT, "c", [...PLACES], ""),
    ];
    expect(refusalsIn(messageOf(denials))).toEqual(refusalsOf(denials));
  });

  test("none are found in what is worded in another way", () => {
    expect(refusalsIn("the GMSA settings could not be checked")).toEqual([]);
  });
});
