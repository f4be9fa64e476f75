/** Refusals, in words that an application team can act on. */
import type { ServiceAccount } from "../credspec/cluster";
import type { ContentsVerdict } from "../credspec/contents";
import { describeValue } from "../text";
import { NAME_RULE } from "../object";
import type { ChangedPlace } from "../pod/change";
import { describePlace } from "../pod/windows-options";
import type { Place } from "../pod/windows-options";

/** Why a Pod was refused; the values are few and fixed, so that they can be counted. */
export const DENIAL_REASONS = [
  "settings changed",
  "contents without name",
  "too many credspecs",
  "not authorized",
  "no such credspec",
  "no credspec key",
  "contents differ",
  "contents malformed",
  "contents not inlined",
  "cluster failed",
] as const;

/** One of them. */
export type DenialReason = (typeof DENIAL_REASONS)[number];

/** One refusal: a rule, every place that breaks it for the same cause, and the sentence for it. */
export interface Denial {
  reason: DenialReason;
  /** Every place that breaks the rule for this cause, such as `container "iis"`. */
  places: readonly string[];
  /** What is wrong, without a full stop. */
  problem: string;
  /** What to do, in sentences. */
  remedy: string;
  /** Both. */
  message: string;
}

const NAME_FIELD = "gmsaCredentialSpecName";
const CONTENTS_FIELD = "gmsaCredentialSpec";
const PROBLEMS = {
  "not JSON": "are not valid JSON",
  "not an object": "are not a JSON object",
  "duplicate keys": "have the same key twice in one object",
};
const TRY_AGAIN = "Nothing is admitted unchecked; try again.";
const RESOURCE = "gmsacredentialspecs.windows.k8s.io";

function deny(
  reason: DenialReason,
  places: readonly Place[],
  problem: string,
  remedy: string,
): Denial {
  return {
    reason,
    places: places.map(describePlace),
    problem,
    remedy,
    message: `${problem}. ${remedy}`,
  };
}

export function settingsChanged(changes: ChangedPlace[]): Denial {
  const what = changes.map(
    ({ place, settings }) => `GMSA ${settings.join(" and ")} modified on ${describePlace(place)}`,
  );
  return deny(
    "settings changed",
    changes.map(({ place }) => place),
    `cannot update an existing pod's GMSA settings (${what.join(", ")})`,
    `Delete the Pod and create it with the new settings.`,
  );
}

export function contentsWithoutName(places: Place[]): Denial {
  return deny(
    "contents without name",
    places,
    `${list(places)} ${places.length === 1 ? "has" : "have each"} a GMSA cred spec set, ` +
      `but does not define the name of the corresponding resource`,
    `Set windowsOptions.${NAME_FIELD} and leave ${CONTENTS_FIELD} out: it is filled in from the resource.`,
  );
}

/** @param references the places by the credspec that they name. */
export function tooManyCredspecs(
  references: ReadonlyMap<string, readonly Place[]>,
  most: number,
): Denial {
  const places = [...references.values()].flat();
  return deny(
    "too many credspecs",
    places,
    `${references.size} GMSA cred specs are named${named(places)}, and ${most} are the most in one Pod`,
    "Containers of other applications belong in Pods of their own.",
  );
}

export function notAuthorized(
  account: ServiceAccount,
  credspecName: string,
  places: Place[],
  reason: string,
): Denial {
  return deny(
    "not authorized",
    places,
    `service account "${account.name}" is not authorized to \`use\` GMSA cred spec "${credspecName}"` +
      `${reason === "" ? "" : `, reason: "${reason}"`}${named(places)}`,
    `Grant it with a RoleBinding in namespace "${account.namespace}" to a Role or ClusterRole that ` +
      `allows verb "use" on ${RESOURCE}, resource name "${credspecName}".`,
  );
}

export function noSuchCredspec(credspecName: string, places: Place[]): Denial {
  return deny(
    "no such credspec",
    places,
    `cred spec ${credspecName} does not exist${named(places)}`,
    `\`kubectl get ${RESOURCE}\` lists those that do.`,
  );
}

/** Of a name that no object can have, so that it need not be looked for. */
export function impossibleCredspec(credspecName: string, places: Place[]): Denial {
  return deny(
    "no such credspec",
    places,
    `cred spec ${describeValue(credspecName)} does not exist${named(places)}`,
    `No object can have this name, which must be ${NAME_RULE}, with a letter or digit at both ends; ` +
      `\`kubectl get ${RESOURCE}\` lists those that exist.`,
  );
}

export function noCredspecKey(credspecName: string, places: Place[]): Denial {
  return deny(
    "no credspec key",
    places,
    `cred spec ${credspecName} does not have a credspec key${named(places)}`,
    `The object ${RESOURCE} "${credspecName}" must hold the JSON of New-CredentialSpec under "credspec".`,
  );
}

export function contentsDiffer(credspecName: string, places: Place[]): Denial {
  return deny(
    "contents differ",
    places,
    `the GMSA cred spec contents for ${list(places)} does not match the contents of GMSA resource "${credspecName}"`,
    `Leave windowsOptions.${CONTENTS_FIELD} out: it is filled in from the resource.`,
  );
}

export function contentsMalformed(
  places: Place[],
  problem: Exclude<ContentsVerdict, "equal" | "different">,
): Denial {
  return deny(
    "contents malformed",
    places,
    `the GMSA cred spec contents for ${list(places)} ${PROBLEMS[problem]}`,
    `Leave windowsOptions.${CONTENTS_FIELD} out: it is filled in from the resource that ${NAME_FIELD} names.`,
  );
}

export function contentsNotInlined(credspecName: string, places: Place[]): Denial {
  return deny(
    "contents not inlined",
    places,
    `the GMSA cred spec contents for ${list(places)} were not filled in from GMSA resource "${credspecName}"`,
    `It was not there, not granted or could not be read a moment ago, or the mutating webhook is not installed; try again.`,
  );
}

export function useUnknown(
  account: ServiceAccount,
  credspecName: string,
  places: Place[],
  why: string,
): Denial {
  return deny(
    "cluster failed",
    places,
    `could not find out whether service account "${account.name}" may \`use\` GMSA cred spec ` +
      `"${credspecName}"${named(places)}: ${why}`,
    TRY_AGAIN,
  );
}

export function credspecUnknown(credspecName: string, places: Place[], why: string): Denial {
  return deny(
    "cluster failed",
    places,
    `could not read GMSA cred spec "${credspecName}"${named(places)}: ${why}`,
    TRY_AGAIN,
  );
}

function named(places: Place[]): string {
  return ` (${NAME_FIELD} of ${list(places)})`;
}

function list(places: Place[]): string {
  return places.map(describePlace).join(", ");
}
