/**
 * Refusals in the form that Kubernetes has for programs: `status.details.causes` in the API server's
 * answer. People read the sentences in `status.message`.
 *
 * Source: meta/v1 StatusCause,
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
import type { ClusterFailure } from "../credspec/cluster";
import { DENIAL_REASONS, fieldOf, type DenialReason, type Problem } from "../problem";
import { countWithin, textWithin } from "../text";

/** One field that a request is refused for. */
export interface StatusCause {
  /** The reason as one word, such as `NotAuthorized`, or the name of a fact below. */
  reason: string;
  /**
   * The path from the root of the object, such as
   * `spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpec`.
   */
  field: string;
  /**
   * The problem, or the value of a fact. Empty if it is the same problem as that of the cause before it,
   * in another field.
   */
  message: string;
}

/**
 * Facts about a problem, as causes behind those of the problem. The message is the bare value, as of
 * Kubernetes' own cause `ExitCode`.
 */
export const FACTS = {
  /** The clause of a failed call to the API server. */
  why: "ClusterFailureMessage",
  /** The HTTP status of the API server's answer to it, such as "403". Missing without an answer. */
  code: "ClusterFailureCode",
} as const;

/** The most causes in one answer. The audit log may keep each answer. */
export const MOST_CAUSES = 64;
/** The most bytes of all causes as JSON, and of one message. */
export const MOST_OF_CAUSES = 8000;
const MOST_OF_MESSAGE = 1000;
const LEAST_OF_MESSAGE = 40;
/** Bytes that a cause needs in addition to its message. */
const ROOM_FOR_FIELD = 170;

/** The most bytes of the sentences of a refusal. */
export const MOST_OF_REFUSAL = 8000;

/** Returns the causes for all problems. Each problem gets an equal share of the room for its fields. */
export function causesOf(problems: readonly Problem[]): StatusCause[] {
  const count = Math.max(1, problems.length);
  const share = Math.floor(MOST_OF_CAUSES / count);
  const most = Math.max(1, Math.floor(MOST_CAUSES / count));
  return within(
    problems.flatMap(problem => within(causesOfOne(problem, most, share), share, 1)),
    MOST_OF_CAUSES,
  );
}

/** The first place, then as many others as the facts leave room for, then the facts. */
function causesOfOne(problem: Problem, most: number, share: number): StatusCause[] {
  const room = Math.min(MOST_OF_MESSAGE, Math.max(LEAST_OF_MESSAGE, share - ROOM_FOR_FIELD));
  const [first, ...others] = problem.places.slice(0, most).map(({ path }, index) => ({
    reason: wordOf(problem.reason),
    field: textWithin(fieldOf(path), MOST_OF_MESSAGE),
    message: index === 0 ? textWithin(problem.problem, room) : "",
  }));
  if (first === undefined) return [];
  const left = share - bytesOf(first);
  const facts = within(factsOf(problem, first.field).slice(0, most - 1), left);
  const leftForOthers = left - facts.reduce((sum, fact) => sum + bytesOf(fact), 0);
  return [first, ...within(others.slice(0, most - 1 - facts.length), leftForOthers), ...facts];
}

/** The code first, because it is short and programs decide by it. */
function factsOf({ failure }: Problem, field: string): StatusCause[] {
  if (failure === undefined) return [];
  const { why, code } = failure;
  return [
    ...(code === undefined ? [] : [{ reason: FACTS.code, field, message: String(code) }]),
    { reason: FACTS.why, field, message: textWithin(why, MOST_OF_MESSAGE) },
  ];
}

/** Returns as many causes as fit into `bytes`, but at least `least`. */
function within(causes: StatusCause[], bytes: number, least = 0): StatusCause[] {
  return causes.slice(0, Math.max(least, countWithin(causes.map(bytesOf), bytes)));
}

/** The bytes of a cause in the answer, with the comma behind it. */
function bytesOf(cause: StatusCause): number {
  return Buffer.byteLength(JSON.stringify(cause)) + 1;
}

/** Returns the reason that a cause names; undefined if it is not a reason of this project. */
export function denialReasonOf({ reason }: Pick<StatusCause, "reason">): DenialReason | undefined {
  return DENIAL_REASONS.find(each => wordOf(each) === reason);
}

/**
 * Returns what causes say about a failed call to the API server. Empty if there was none, or if an older
 * webhook refused, which sends only the problem.
 */
export function clusterFailureIn(
  causes: readonly Pick<StatusCause, "reason" | "message">[],
): Partial<ClusterFailure> {
  const valueOf = (fact: keyof typeof FACTS): string | undefined =>
    causes.find(({ reason }) => reason === FACTS[fact])?.message;
  const [why, code] = [valueOf("why"), valueOf("code")];
  return {
    ...(why === undefined ? {} : { why }),
    ...(code === undefined ? {} : { code: Number(code) }),
  };
}

/** Converts "not authorized" to `NotAuthorized`. */
function wordOf(reason: string): string {
  return reason.replace(/(?:^| )(\w)/g, (_, letter: string) => letter.toUpperCase());
}
