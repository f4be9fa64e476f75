/**
 * Refusals in the form that Kubernetes has for programs: `status.details.causes` in the API server's
 * answer. People read the sentences in `status.message`.
 *
 * Source: meta/v1 StatusCause,
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
import { DENIAL_REASONS, fieldOf, type DenialReason, type Problem } from "../problem";
import { countWithin, textWithin } from "../text";

/** One field that a request is refused for. */
export interface StatusCause {
  /** The reason as one word, such as `NotAuthorized`. */
  reason: string;
  /**
   * The path from the root of the object, such as
   * `spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpec`.
   */
  field: string;
  /** The problem. Empty if it is the same as that of the cause before it, in another field. */
  message: string;
}

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

function causesOfOne(
  { reason, places, problem }: Problem,
  most: number,
  share: number,
): StatusCause[] {
  const room = Math.min(MOST_OF_MESSAGE, Math.max(LEAST_OF_MESSAGE, share - ROOM_FOR_FIELD));
  return places.slice(0, most).map(({ path }, index) => ({
    reason: wordOf(reason),
    field: textWithin(fieldOf(path), MOST_OF_MESSAGE),
    message: index === 0 ? textWithin(problem, room) : "",
  }));
}

/** Returns as many causes as fit into `bytes`, but at least `least`. */
function within(causes: StatusCause[], bytes: number, least = 0): StatusCause[] {
  const sizes = causes.map(cause => Buffer.byteLength(JSON.stringify(cause)) + 1);
  return causes.slice(0, Math.max(least, countWithin(sizes, bytes)));
}

/** Returns the reason that a cause names; undefined if it is not a reason of this project. */
export function denialReasonOf({ reason }: Pick<StatusCause, "reason">): DenialReason | undefined {
  return DENIAL_REASONS.find(each => wordOf(each) === reason);
}

/** Converts "not authorized" to `NotAuthorized`. */
function wordOf(reason: string): string {
  return reason.replace(/(?:^| )(\w)/g, (_, letter: string) => letter.toUpperCase());
}
