/** Pure: in what a Pod's admission is not what a suite expects. */
import { messageOf } from "../commands/dry-run/result";
import type { TrialResult } from "../commands/dry-run/result";
import type { Expectation } from "../commands/dry-run/suite-schema";

/** A clause for each; none if all is as expected. */
export function mismatchesOf(expected: Expectation, result: TrialResult): string[] {
  if (result.outcome !== expected.outcome) {
    const why = messagesOf(result);
    return [
      `expected ${expected.outcome}, but it is ${result.outcome}${why === "" ? "" : `: ${why}`}`,
    ];
  }
  return [
    ...reasonMismatches(expected, result),
    ...messageMismatches(expected, result),
    ...placeMismatches(expected, result),
  ];
}

function reasonMismatches({ reasons }: Expectation, { refusals }: TrialResult): string[] {
  if (reasons === undefined) return [];
  const expected = [...new Set<string>(reasons)].sort().join(", ");
  const found = [...new Set(refusals.map(({ reason }) => reason))].sort().join(", ");
  return found === expected ? [] : [`expected as reasons ${expected}, but they are ${found}`];
}

function messageMismatches({ message = [] }: Expectation, result: TrialResult): string[] {
  const whole = messagesOf(result);
  const parts = typeof message === "string" ? [message] : message;
  return parts
    .filter(part => !whole.includes(part))
    .map(part => `expected a message with "${part}", but it is: ${whole}`);
}

function placeMismatches({ places = {} }: Expectation, result: TrialResult): string[] {
  const found = new Map(result.places.map(({ place, result: what }) => [plain(place), what]));
  return Object.entries(places).flatMap(([place, expected]) => {
    const what = found.get(plain(place));
    if (what === expected) return [];
    return what === undefined
      ? `expected ${place} ${expected}, but it has no GMSA settings`
      : `expected ${place} ${expected}, but it is ${what}`;
  });
}

/** The message of the whole refusal, as the webhook sends it. */
function messagesOf({ refusals }: TrialResult): string {
  return refusals.map(messageOf).join(" ");
}

/** Names may stand in quotes or not. */
function plain(place: string): string {
  return place.replaceAll('"', "");
}
