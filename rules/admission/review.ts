/**
 * Asks the cluster for the facts that the rules need, and applies the rules. Each distinct question is
 * asked once, and all run concurrently.
 */
import type { Cluster, ServiceAccount } from "../credspec/cluster";
import { gmsaPlacesOf, type PodLike } from "../pod/windows-options";
import type { Problem, RefusalReason } from "../problem";
import type { Denial } from "./denial";
import { namespaceExcluded } from "./excluded-namespaces";
import { namesToInline, inlinings, type Inlining } from "./mutate";
import { namesToCheck, validate, type PodReview, type CredspecState } from "./validate";

/** Returns the contents to fill in. Places whose credential spec cannot be read or used are left out. */
export async function findInlinings(cluster: Cluster, review: PodReview): Promise<Inlining[]> {
  const names = namesToInline(review);
  return inlinings(review, await askAll(cluster, review.serviceAccount, names));
}

/** Returns a denial for every rule that the request breaks. */
export async function findDenials(cluster: Cluster, review: PodReview): Promise<Denial[]> {
  const names = namesToCheck(review);
  const answers = await askAll(cluster, review.serviceAccount, names);
  const denials = validate(review, answers);
  if (!denials.some(({ reason }) => reason === "contents differ")) return denials;
  // The cached credential spec may be out of date: contents that a user wrote, or that another replica
  // filled in, can be newer.
  return validate(review, await rereadAll(cluster, answers));
}

async function askAll(
  cluster: Cluster,
  serviceAccount: ServiceAccount,
  names: string[],
): Promise<Map<string, CredspecState>> {
  const answers = await Promise.all(
    names.map(async (name): Promise<[string, CredspecState]> => {
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
  answers: ReadonlyMap<string, CredspecState>,
): Promise<Map<string, CredspecState>> {
  const reread = await Promise.all(
    [...answers].map(
      async ([name, { use }]): Promise<[string, CredspecState]> => [
        name,
        { use, credspec: await cluster.readCredspec(name, { fresh: true }) },
      ],
    ),
  );
  return new Map(reread);
}

/** Why a Pod would be refused, or why that is unknown. */
export type Refusal = Problem<RefusalReason>;

/** Whether the cluster did not answer, so that it is unknown whether the Pod would be refused. */
export function isUnanswered({ reason }: Refusal): boolean {
  return reason === "cluster failed";
}

/** The state of a cluster that admission depends on. */
export interface AdmissionContext {
  cluster: Cluster;
  /** Whether the policy refuses GMSA in a namespace. */
  isExcluded: (namespace: string) => boolean;
}

/** A Pod as it would be created. */
export interface PodToAdmit {
  namespace: string;
  serviceAccount: string;
  pod: PodLike;
}

/** The predicted result of admission for a Pod. */
export interface PodAdmission {
  /** Empty if the Pod would be admitted. */
  refusals: Refusal[];
  /** A copy of the Pod with the contents that would be filled in. */
  pod: PodLike;
}

/** Predicts whether a Pod would be admitted, by the rules of the webhook and the policy. */
export async function admit(
  { namespace, serviceAccount, pod: given }: PodToAdmit,
  { cluster, isExcluded }: AdmissionContext,
): Promise<PodAdmission> {
  const pod = structuredClone(given);
  if (isExcluded(namespace) && gmsaPlacesOf(pod).length > 0) {
    return { refusals: [namespaceExcluded(namespace, pod)], pod };
  }
  const review: PodReview = { pod, serviceAccount: { namespace, name: serviceAccount } };
  for (const { place, contents } of await findInlinings(cluster, review)) {
    place.options.gmsaCredentialSpec = contents;
  }
  return { refusals: await findDenials(cluster, review), pod };
}

/**
 * Predicts the refusals of a Pod, those that its account would not be shown as well. Admission does not
 * reveal whether a credential spec exists to an account that may not use it; an administrator may know.
 */
export async function everyRefusal(pod: PodToAdmit, context: AdmissionContext): Promise<Refusal[]> {
  const { refusals } = await admit(pod, context);
  if (!refusals.some(({ reason }) => reason === "not authorized")) return refusals;
  const granted = { ...context, cluster: withAllGrants(context.cluster) };
  const { refusals: hidden } = await admit(pod, granted);
  const shown = new Set(refusals.map(({ problem }) => problem));
  return [...refusals, ...hidden.filter(({ problem }) => !shown.has(problem))];
}

/** The same cluster, in which every account may use every credential spec. */
export function withAllGrants(cluster: Cluster): Cluster {
  return {
    readCredspec: (name, options) => cluster.readCredspec(name, options),
    mayUse: () => Promise.resolve({ outcome: "allowed" }),
  };
}
