/** Pure: verdicts on the API server's answers. */
import type { V1Pod } from "@kubernetes/client-node";

import type { CreateAnswer, Verdict as ProbeVerdict } from "../../../rules/canary/probe-answer";
import { judge } from "../../../rules/canary/judge";
import { canonicalJson } from "../../../rules/credspec/canonical-json";
import { compareContents } from "../../../rules/credspec/contents";
import type { JsonObject } from "../../../rules/json-object";
import { gmsaPlacesOf, type PodLike } from "../../../rules/pod/windows-options";
import { checked, type Check, type Reason } from "./checks";

/** The contents that the Pod must get; undefined for a Pod without GMSA. */
export interface DueAdmission {
  contents: JsonObject | undefined;
  isRandomHostname?: true;
}

const PROBE = { namespace: "", expect: "admitted" } as const;

/** Judges the answer for a Pod or an ephemeral container that must be admitted. */
export function judgeAdmission(
  subject: string,
  { contents, isRandomHostname }: DueAdmission,
  answer: CreateAnswer,
): Check[] {
  const of = { name: "admission", subject } as const;
  if (answer.outcome !== "admitted") return [notAdmitted(of, answer)];
  const { pod } = answer;
  const admitted =
    contents === undefined ? checked(of, "admitted") : checked(of, contentsIn(pod, contents));
  if (isRandomHostname !== true || admitted.verdict !== "passed") return [admitted];
  return [admitted, hostnameIn(subject, pod)];
}

function contentsIn(pod: PodLike, wanted: JsonObject): Reason {
  const places = gmsaPlacesOf(pod);
  if (places.length === 0 || places.some(({ contents }) => contents === "")) {
    return "contents missing";
  }
  return places.every(({ contents }) => isEqual(contents, wanted))
    ? "filled in"
    : "contents differ";
}

function isEqual(contents: string, value: JsonObject): boolean {
  return compareContents(contents, { value, contents: canonicalJson(value) }) === "equal";
}

/** The form of the hostnames that the webhook generates. */
const RANDOM = /^[a-z][a-z0-9]{14}$/;

function hostnameIn(subject: string, { spec }: PodLike): Check {
  const { hostname = "" } = spec ?? {};
  return checked(
    { name: "hostname", subject },
    RANDOM.test(hostname) ? "random hostname" : "hostname missing",
    { detail: hostname },
  );
}

function notAdmitted(of: Pick<Check, "name" | "subject">, answer: CreateAnswer): Check {
  const verdict = judge({ ...PROBE }, answer);
  return checked(of, reasonOf(verdict), { detail: detailOf(verdict) });
}

function reasonOf({ outcome, reason }: ProbeVerdict): Reason {
  if (outcome === "refused") return "refused";
  if (outcome === "unreachable") return "webhook unreachable";
  return reason === "no answer" ? "call failed" : "refused by others";
}

function detailOf(verdict: ProbeVerdict): string {
  return "why" in verdict ? verdict.why : "";
}

/** Judges the answer for a Pod whose account no longer has a grant. */
export function judgeRefusal(subject: string, answer: CreateAnswer): Check {
  const of = { name: "revocation", subject } as const;
  if (answer.outcome === "admitted") return checked(of, "admitted without a grant");
  const verdict = judge({ ...PROBE }, answer);
  if (verdict.outcome !== "refused") {
    return checked(of, reasonOf(verdict), { detail: detailOf(verdict) });
  }
  const isNotAuthorized =
    verdict.reason === "webhook" && verdict.denials.includes("not authorized");
  return checked(of, isNotAuthorized ? "refused as it must be" : "refused for another reason", {
    detail: verdict.why,
  });
}

/**
 * Judges a running Pod after its credential spec has changed.
 *
 * @param pod undefined if it does not exist.
 */
export function judgeKept(subject: string, wanted: JsonObject, pod: V1Pod | undefined): Check {
  const of = { name: "contents", subject } as const;
  if (pod === undefined) return checked(of, "gone");
  return checked(of, contentsIn(pod, wanted) === "filled in" ? "kept" : "contents changed");
}
