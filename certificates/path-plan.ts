/**
 * Pure: plans the next step for the secret part of the webhooks' paths.
 *
 * A user who may create GMSA Pods can learn the path from an error message of the API server, so it is
 * replaced every day. No call fails meanwhile: replicas answer the next path before it is used, and the
 * previous one until every API server has switched.
 */
import { randomBytes } from "node:crypto";

import { answerTo, isAskedFor } from "./rotation-limit";

/** The contents of Secret pepr-gmsa-api-path. Texts are empty if there is no such path. */
export interface PathState {
  /** The path that the webhook configurations call, or will call next. */
  called: string;
  /** Already answered by the replicas, but not called yet. */
  next: string;
  /** Still answered, because an API server may not have noticed the change yet. */
  previous: string;
  /** Since when `called` has been in use; undefined if unknown. */
  since: Date | undefined;
  /** The values of the annotations that request a new path and confirm it. */
  renew: string;
  renewed: string;
}

/** One step. After each, the Secret is read again. */
export type PathStep =
  | { do: "nothing" }
  | { do: "announce"; state: PathState; why: string }
  /** Takes effect after every replica has answered the next path for long enough. */
  | { do: "call next"; state: PathState }
  /** Takes effect after the webhook configurations have named the new path for long enough. */
  | { do: "drop previous"; state: PathState };

/**
 * Plans the next step. There are at most two paths at a time, so one rotation finishes before the next
 * one begins, however often a new path is requested.
 *
 * @param rotateMs how long a path is used, in milliseconds.
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

/** Creates an unguessable path. */
export function newPath(): string {
  return randomBytes(32).toString("hex");
}

function reasonToReplace(state: PathState, now: Date, rotateMs: number): string | undefined {
  const { since, renew } = state;
  if (isAskedFor(state)) return `requested (${renew})`;
  if (since === undefined) return "its age is unknown";
  // The absolute value ensures that a date far in the future, written by a wrong clock, does not keep a
  // path in use for years.
  const age = Math.abs(now.getTime() - since.getTime());
  return age >= rotateMs ? `called since ${since.toISOString()}` : undefined;
}
