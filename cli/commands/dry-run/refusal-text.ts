/**
 * Pure: the refusals in a message of the webhook, which joins the sentences of
 * rules/admission/denial.ts. A test holds the patterns against every sentence there is.
 */
import type { DenialReason } from "../../../rules/admission/denial";
import { CONTAINER_LISTS } from "../../../rules/pod/windows-options";
import type { Refusal } from "../../../rules/admission/review";

const KINDS = [...Object.values(CONTAINER_LISTS), "pod"].join("|");
const PLACE = `(?:${KINDS})(?: "[^"]*")?`;
const PLACES = `(?<places>${PLACE}(?:, ${PLACE})*)`;
const NAMED = `\\(gmsaCredentialSpecName of ${PLACES}\\)`;
const CONTENTS = `the GMSA cred spec contents for ${PLACES}`;
/** What went wrong may hold anything. */
const WHY = ": .*?(?=\\. Nothing is admitted unchecked)";

const PROBLEMS: readonly (readonly [DenialReason, string])[] = [
  [
    "contents without name",
    `${PLACES} (?:has|have each) a GMSA cred spec set, but does not define the name of the corresponding resource`,
  ],
  [
    "not authorized",
    `service account "[^"]*" is not authorized to \`use\` GMSA cred spec "[^"]*"(?:, reason: ".*?")? ${NAMED}`,
  ],
  [
    "too many credspecs",
    `\\d+ GMSA cred specs are named ${NAMED}, and \\d+ are the most in one Pod`,
  ],
  ["no such credspec", `cred spec (?:"(?:[^"\\\\]|\\\\.)*"|\\S+) does not exist ${NAMED}`],
  ["no credspec key", `cred spec \\S+ does not have a credspec key ${NAMED}`],
  ["contents differ", `${CONTENTS} does not match the contents of GMSA resource "[^"]*"`],
  [
    "contents malformed",
    `${CONTENTS} (?:are not valid JSON|are not a JSON object|have the same key twice in one object)`,
  ],
  ["contents not inlined", `${CONTENTS} were not filled in from GMSA resource "[^"]*"`],
  [
    "cluster failed",
    `could not find out whether service account "[^"]*" may \`use\` GMSA cred spec "[^"]*" ${NAMED}${WHY}`,
  ],
  ["cluster failed", `could not read GMSA cred spec "[^"]*" ${NAMED}${WHY}`],
];

interface Found {
  reason: DenialReason;
  problem: string;
  places: string[];
  start: number;
}

/** In the order of the message; none if it is worded in another way. */
export function refusalsIn(message: string): Refusal[] {
  const found = PROBLEMS.flatMap(([reason, pattern]) => problemsIn(message, reason, pattern)).sort(
    (left, right) => left.start - right.start,
  );
  return found.map(({ reason, problem, places, start }, index) => ({
    reason,
    places,
    problem,
    // What is left until the next one begins.
    remedy: message
      .slice(start + problem.length, found[index + 1]?.start)
      .replace(/^\. /, "")
      .trimEnd(),
  }));
}

function problemsIn(message: string, reason: DenialReason, pattern: string): Found[] {
  return [...message.matchAll(new RegExp(pattern, "gs"))].map(match => ({
    reason,
    problem: match[0],
    places: (match.groups?.["places"] ?? "").split(", "),
    start: match.index,
  }));
}
