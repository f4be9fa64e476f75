/**
 * Asks the cluster what the rules need to know, and applies them. Distinct questions are asked
 * once, all at the same time.
 */
import type { Cluster, ServiceAccount } from "../credspec/cluster";
import type { Denial } from "./denial";
import { inlinings, namesToInline } from "./mutate";
import type { Inlining } from "./mutate";
import { namesToCheck, validate } from "./validate";
import type { Answers, PodReview } from "./validate";

/** What is to be inlined where. Places whose credspec cannot be had, or not used, are left out. */
export async function findInlinings(cluster: Cluster, review: PodReview): Promise<Inlining[]> {
  const names = namesToInline(review);
  return inlinings(review, await askAll(cluster, review.serviceAccount, names));
}

/** Every rule that the request breaks. */
export async function findDenials(cluster: Cluster, review: PodReview): Promise<Denial[]> {
  const names = namesToCheck(review);
  const answers = await askAll(cluster, review.serviceAccount, names);
  const denials = validate(review, answers);
  if (!denials.some(({ reason }) => reason === "contents differ")) {
    return denials;
  }
  // The credspec may have changed since it was read: contents inlined by another replica, or
  // written by a user, can be newer than what is remembered here.
  return validate(review, await rereadAll(cluster, answers));
}

async function askAll(
  cluster: Cluster,
  serviceAccount: ServiceAccount,
  names: string[],
): Promise<Map<string, Answers>> {
  const answers = await Promise.all(
    names.map(async (name): Promise<[string, Answers]> => {
      const [use, credspec] = await Promise.all([
        cluster.mayUse(serviceAccount, name),
        cluster.readCredspec(name),
      ]);
      return [name, { use, credspec }];
    }),
  );
  return new Map(answers);
}

async function rereadAll(
  cluster: Cluster,
  answers: ReadonlyMap<string, Answers>,
): Promise<Map<string, Answers>> {
  const reread = await Promise.all(
    [...answers].map(
      async ([name, { use }]): Promise<[string, Answers]> => [
        name,
        { use, credspec: await cluster.readCredspec(name, { fresh: true }) },
      ],
    ),
  );
  return new Map(reread);
}
