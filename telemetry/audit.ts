/**
 * Which credspecs a Pod names, for the API server's audit log.
 *
 * Pepr hands on the audit annotations of Mutate, and drops those of Validate; why a Pod was
 * refused is in the same audit event, as its response status. The API server puts the name of the
 * webhook before the key: `pepr-gmsa.pepr.dev/credspecs`.
 */
import { LRUCache } from "lru-cache";

import { MOST_CREDSPECS, referencesAmong } from "../rules/pod/references";
import { isObjectName } from "../rules/object";
import { gmsaPlacesOf } from "../rules/pod/windows-options";
import type { PodLike } from "../rules/pod/windows-options";

/** Requests between the rules and their answer; far more than are under way at any time. */
const MOST_NOTES = 1000;
const KEY = "credspecs";

/** The part of an answer that this is about. */
interface Answer {
  uid: string;
  auditAnnotations?: Record<string, string>;
}

/** Carries names from the rules, which see the Pod, to the answer, which Pepr makes. */
export class AuditNotes {
  readonly #notes = new LRUCache<string, string>({ max: MOST_NOTES });

  /** Takes down what the request's Pod names, before the rules change it. */
  take(uid: string, pod: PodLike): void {
    const names = credspecNames(pod);
    if (names.length > 0) {
      this.#notes.set(uid, names.join(","));
    }
  }

  /** Puts what was taken down into the answer, once. */
  put(answer: Answer): void {
    const names = this.#notes.get(answer.uid);
    if (names !== undefined) {
      this.#notes.delete(answer.uid);
      answer.auditAnnotations = { ...answer.auditAnnotations, [KEY]: names };
    }
  }
}

/** The notes of this process. */
export const auditNotes = new AuditNotes();

/**
 * Distinct names of credspecs, in the order of the Pod's places, as far as a log has room for them:
 * names as an object can have them, and no more of them than one Pod may bring.
 */
export function credspecNames(pod: PodLike): string[] {
  const names = [...referencesAmong(gmsaPlacesOf(pod)).keys()];
  return names.filter(isObjectName).slice(0, MOST_CREDSPECS);
}
