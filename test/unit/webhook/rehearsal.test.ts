import type { IncomingMessage } from "node:http";

import type { a } from "pepr";

import { findDenials } from "../../../rules/admission/review";
import { rehearse, surroundingsOf } from "../../../capabilities/surroundings";
import { Rehearsal } from "../../../webhook/rehearsal";
import { rehearsalSurroundings, rehearsedReviews } from "../../../webhook/rehearsal-reviews";
import { wrongField } from "../../../webhook/asked-review";

type CompletePod = a.Pod & { spec: NonNullable<a.Pod["spec"]> };

function requestWith(headers: object): IncomingMessage {
  return { headers } as IncomingMessage;
}

test.each([
  {},
  { "gmsa-rehearsal": "" },
  { "gmsa-rehearsal": "00".repeat(32) },
  { "gmsa-rehearsal": ["00".repeat(32)] },
  { "gmsa-rehearsal": "not hex" },
])("%j is not part of a rehearsal", headers => {
  expect(new Rehearsal().isPart(requestWith(headers))).toBe(false);
});

test("reviews of every bound kind are rehearsed, admitted and refused", () => {
  const reviews = rehearsedReviews().map(rehearsed => {
    rehearsed.review.request.uid = "1";
    return rehearsed;
  });
  const wrong = reviews.map(({ webhook, review }) => wrongField(webhook, review));
  expect(wrong).toEqual(reviews.map(() => undefined));
  const kinds = reviews.map(
    ({ review }) => (review.request as unknown as { kind: { kind: string } }).kind.kind,
  );
  expect([...new Set(kinds)].sort()).toEqual(
    [
      ...["CronJob", "DaemonSet", "Deployment", "GMSACredentialSpec", "Job", "Pod"],
      ...["ReplicaSet", "ReplicationController", "StatefulSet"],
    ].sort(),
  );
  expect(new Set(reviews.map(({ allowed }) => allowed))).toEqual(new Set([true, false]));
});

test("the rules give the expected result for each rehearsed Pod", async () => {
  const surroundings = rehearsalSurroundings();
  const pods = rehearsedReviews().flatMap(({ webhook, review, allowed }) => {
    const request = review.request as { object?: CompletePod; oldObject?: CompletePod | null };
    const { object: pod, oldObject } = request;
    return webhook === "mutate" || pod?.kind !== "Pod"
      ? []
      : { pod, oldPod: oldObject ?? undefined, allowed };
  });
  expect(pods).toHaveLength(5);
  for (const { pod, oldPod, allowed } of pods) {
    const serviceAccount = { namespace: "rehearsal", name: pod.spec.serviceAccountName ?? "" };
    const review = { pod, oldPod, serviceAccount };
    expect((await findDenials(surroundings.cluster(), review)).length === 0).toBe(allowed);
  }
});

test("only the request that was named is answered with a cluster of constants", async () => {
  const surroundings = rehearsalSurroundings();
  const request = { uid: "1" };
  rehearse(request, surroundings);
  expect(surroundingsOf(request)).toBe(surroundings);
  expect(surroundingsOf({ ...request })).not.toBe(surroundings);
  const account = { namespace: "n", name: "stranger" };
  expect(await surroundings.cluster().mayUse(account, "rehearsed")).toMatchObject({
    outcome: "denied",
  });
});
