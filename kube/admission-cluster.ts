import {
  CustomObjectsApi,
  AuthorizationV1Api,
  type KubeConfig,
  type V1SubjectAccessReviewSpec,
} from "@kubernetes/client-node";
import * as z from "zod/mini";

import { canonicalJson } from "../rules/credspec/canonical-json";
import type {
  ServiceAccount,
  Cluster,
  CredspecLookup,
  UseDecision,
} from "../rules/credspec/cluster";
import type { JsonObject } from "../rules/json-object";
import { CREDSPEC_RESOURCE } from "../rules/credspec/resource";
import { isObjectName } from "../rules/object";
import { isNotFound, failureOf } from "./api-error";
import { MEMORY_MS, observed, onceMoreIfLost, type CallObserver } from "./call-observer";
import { TtlCache } from "./ttl-cache";

/**
 * The size of the cache. A credential spec has at most 64 KiB, and most have 1 KiB. An authorisation is
 * a few words.
 */
const MOST_CREDSPECS = 1000;

const MOST_AUTHORISATIONS = 10_000;

const storedObject = z.object({ credspec: z.nullish(z.looseObject({})) });

interface UseQuestion {
  serviceAccount: ServiceAccount;
  credspecName: string;
}

/**
 * Reads credential specs and creates SubjectAccessReviews in the cluster of a kubeconfig.
 *
 * Positive answers are cached for one second. Refusals, missing objects and errors are never cached.
 */
export class AdmissionCluster implements Cluster {
  readonly #credspecs: TtlCache<string, CredspecLookup>;
  readonly #uses: TtlCache<UseQuestion, UseDecision>;

  constructor(kubeConfig: KubeConfig, observer?: CallObserver) {
    const objects = kubeConfig.makeApiClient(CustomObjectsApi);
    const authorization = kubeConfig.makeApiClient(AuthorizationV1Api);
    this.#credspecs = new TtlCache({
      ttl: MEMORY_MS,
      max: MOST_CREDSPECS,
      ask: name => observed("credspec", readCredspec(objects, name), observer),
      mayRemember: ({ outcome }) => outcome === "found",
      onHit: () => observer?.answeredFromMemory("credspec"),
    });
    this.#uses = new TtlCache({
      ttl: MEMORY_MS,
      max: MOST_AUTHORISATIONS,
      ask: question =>
        observed("subjectaccessreview", reviewUse(authorization, question), observer),
      mayRemember: ({ outcome }) => outcome === "allowed",
      onHit: () => observer?.answeredFromMemory("subjectaccessreview"),
    });
  }

  readCredspec(name: string, options: { fresh?: boolean } = {}): Promise<CredspecLookup> {
    // In a URL path, `..` would lead to another resource.
    if (!isObjectName(name)) return Promise.resolve({ outcome: "absent" });
    return this.#credspecs.answer(name, name, options);
  }

  mayUse(serviceAccount: ServiceAccount, credspecName: string): Promise<UseDecision> {
    // JSON keeps the parts apart, whatever characters they contain.
    const text = JSON.stringify([serviceAccount.namespace, serviceAccount.name, credspecName]);
    return this.#uses.answer(text, { serviceAccount, credspecName });
  }
}

async function readCredspec(objects: CustomObjectsApi, name: string): Promise<CredspecLookup> {
  let answer: unknown;
  try {
    answer = await onceMoreIfLost(() =>
      objects.getClusterCustomObject({ ...CREDSPEC_RESOURCE, name }),
    );
  } catch (error) {
    return isNotFound(error) ? { outcome: "absent" } : { outcome: "failed", ...failureOf(error) };
  }
  const parsed = storedObject.safeParse(answer);
  if (!parsed.success) return { outcome: "failed", why: `the object is not a GMSACredentialSpec` };
  if (parsed.data.credspec === null || parsed.data.credspec === undefined) {
    return { outcome: "no credspec key" };
  }
  // The decoded value, because the schema returns a copy.
  const value = (answer as { credspec: JsonObject }).credspec;
  return { outcome: "found", credspec: { value, contents: canonicalJson(value) } };
}

async function reviewUse(
  authorization: AuthorizationV1Api,
  question: UseQuestion,
): Promise<UseDecision> {
  try {
    const review = await onceMoreIfLost(() =>
      authorization.createSubjectAccessReview({ body: { spec: reviewSpec(question) } }),
    );
    if (review.status?.allowed === true) return { outcome: "allowed" };
    const { reason, evaluationError } = review.status ?? {};
    return { outcome: "denied", reason: reason ?? evaluationError ?? "" };
  } catch (error) {
    return { outcome: "failed", ...failureOf(error) };
  }
}

/**
 * Builds the same question as the API server asks for the account's own requests. The Pod's namespace is
 * part of it, so that RoleBindings are considered.
 */
function reviewSpec({ serviceAccount, credspecName }: UseQuestion): V1SubjectAccessReviewSpec {
  return {
    ...identityOf(serviceAccount),
    resourceAttributes: {
      namespace: serviceAccount.namespace,
      verb: "use",
      group: CREDSPEC_RESOURCE.group,
      version: CREDSPEC_RESOURCE.version,
      resource: CREDSPEC_RESOURCE.plural,
      name: credspecName,
    },
  };
}

/** The identity of a service account in the API server. */
export function identityOf({ namespace, name }: UseQuestion["serviceAccount"]): {
  user: string;
  groups: string[];
} {
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: [
      "system:serviceaccounts",
      `system:serviceaccounts:${namespace}`,
      "system:authenticated",
    ],
  };
}
