/**
 * Refusals in Kubernetes' own form: `status.details.causes` of the API server's answer, for programs.
 * People read the sentences in `status.message`.
 *
 * Source: meta/v1 StatusCause, https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
import { DENIAL_REASONS, fieldOf, type DenialReason, type Problem } from "../problem";
import { countWithin, textWithin } from "../text";

/** One field that a request is refused for. */
export interface StatusCause {
  /** The reason in one word, such as `NotAuthorized`. */
  reason: string;
  /** From the root of the object, such as `spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpec`. */
  field: string;
  /** What is wrong. Empty where it is what the cause before says, in another field. */
  message: string;
}

/** In one answer, which etcd and the audit log may keep. */
export const MOST_CAUSES = 64;
/** Bytes of all of them as JSON, and of one message. */
export const MOST_OF_CAUSES = 8000;
const MOST_OF_MESSAGE = 1000;
const LEAST_OF_MESSAGE = 40;
/** What a cause has beside its message. */
const ROOM_FOR_FIELD = 170;

/** The bytes of a refusal's sentences, which people read. */
export const MOST_OF_REFUSAL = 8000;

/** Every problem, and as many of its fields as there is room for: each problem has its share. */
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

/** As many of the causes as there is room for, at least so many. */
function within(causes: StatusCause[], bytes: number, least = 0): StatusCause[] {
  const sizes = causes.map(cause => Buffer.byteLength(JSON.stringify(cause)) + 1);
  return causes.slice(0, Math.max(least, countWithin(sizes, bytes)));
}

/** The reason that a cause names; undefined if it is not one of ours. */
export function denialReasonOf({ reason }: Pick<StatusCause, "reason">): DenialReason | undefined {
  return DENIAL_REASONS.find(each => wordOf(each) === reason);
}

/** `NotAuthorized` of "not authorized". */
function wordOf(reason: string): string {
  return reason.replace(/(?:^| )(\w)/g, (_, letter: string) => letter.toUpperCase());
}
