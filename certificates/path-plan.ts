/**
 * Pure: what is to be done next about the secret part of the webhooks' paths.
 *
 * Whoever may create GMSA Pods can learn it from an error message of the API server, so it is
 * replaced every day. No call fails meanwhile: replicas answer the next path before it is called, and
 * the one before until every API server has followed.
 */
import { randomBytes } from "node:crypto";

import { answerTo, isAskedFor } from "./rotation-limit";

/** What Secret pepr-gmsa-api-path holds. Texts are empty where there is none. */
export interface PathState {
  /** The one that the webhook configurations call, or are about to. */
  called: string;
  /** Answered already, and called by nobody yet. */
  next: string;
  /** Still answered: an API server may not have noticed that another one is to be called. */
  previous: string;
  /** Since when `called` is what it is; undefined if that is not known. */
  since: Date | undefined;
  /** Values of the annotations that ask for another path, and say that it was made. */
  renew: string;
  renewed: string;
}

/** One step; after each, the Secret is looked at again. */
export type PathStep =
  | { do: "nothing" }
  | { do: "announce"; state: PathState; why: string }
  /** Once every replica has answered the next path for long enough. */
  | { do: "call next"; state: PathState }
  /** Once the webhook configurations have named the other one for long enough. */
  | { do: "drop previous"; state: PathState };

/**
 * The next step. At any time there are at most two paths, so one rotation ends before another one
 * begins, however often somebody asks.
 *
 * @param rotateMs how long a path is called.
 */
export function planPath(state: PathState, now: Date, rotateMs: number): PathStep {
  if (state.called === "") return { do: "nothing" };
  if (state.previous !== "") return { do: "drop previous", state: { ...state, previous: "" } };
  if (state.next !== "") {
    const { called, next } = state;
    return {
      do: "call next",
      state: { ...state, called: next, next: "", previous: called, since: now },
    };
  }
  const why = reasonToReplace(state, now, rotateMs);
  if (why === undefined) return { do: "nothing" };
  return {
    do: "announce",
    state: { ...state, next: newPath(), renewed: answerTo(state.renew) },
    why,
  };
}

/** A path that nobody can guess. */
export function newPath(): string {
  return randomBytes(32).toString("hex");
}

function reasonToReplace(state: PathState, now: Date, rotateMs: number): string | undefined {
  const { since, renew } = state;
  if (isAskedFor(state)) return `requested (${renew})`;
  if (since === undefined) return "its age is unknown";
  // A clock that was far ahead when it wrote the date must not keep a path alive for years.
  const age = Math.abs(now.getTime() - since.getTime());
  return age >= rotateMs ? `called since ${since.toISOString()}` : undefined;
}
