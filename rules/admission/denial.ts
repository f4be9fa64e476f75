/** The refusals of admission, in words that an application team can act on. */
import type { ClusterFailure, ServiceAccount } from "../credspec/cluster";
import { MALFORMED, type Malformation } from "../json-object";
import { NAME_RULE, isObjectName } from "../object";
import type { ChangedPlace } from "../pod/change";
import { ROOM_FOR_PLACES } from "../pod/references";
import { describePlace, problemPlace, type Place } from "../pod/windows-options";
import type { DenialReason, Problem, ProblemPlace } from "../problem";
import { describeValue, namesWithin, pluralize } from "../text";

/** One refusal: a rule, every place that breaks it for the same cause, and the sentence for it. */
export type Denial = Problem<DenialReason>;

type Subject = Pick<Denial, "credspec" | "account">;
type About = Subject & Pick<Denial, "places" | "failure">;
const NOBODY = { namespace: "", name: "" };

const NAME_FIELD = "gmsaCredentialSpecName";
const CONTENTS_FIELD = "gmsaCredentialSpec";
const RESOURCE = "gmsacredentialspecs.windows.k8s.io";

/**
 * The remedy for each reason. Also used where a refusal is explained later, from its reason and subject.
 */
const REMEDIES: Readonly<Record<DenialReason, (subject: Required<Subject>) => string>> = {
  "settings changed": () => "Delete the Pod, and recreate it with the new settings.",
  "contents without name": () =>
    `Set windowsOptions.${NAME_FIELD} and remove ${CONTENTS_FIELD}: it is filled in from the resource.`,
  "too many credspecs": () => "Put containers of other applications into separate Pods.",
  "not authorized": ({ account, credspec }) =>
    `Grant it with a RoleBinding in namespace "${account.namespace}" to a Role or ClusterRole that ` +
    `allows verb "use" on ${RESOURCE}, resource name "${credspec}".`,
  "no such credspec": ({ credspec }) =>
    isObjectName(credspec)
      ? `Run \`kubectl get ${RESOURCE}\` to list the existing ones.`
      : `This cannot be the name of an object, which must be ${NAME_RULE}, with a letter or digit at both ends. ` +
        `Run \`kubectl get ${RESOURCE}\` to list the existing ones.`,
  "no credspec key": ({ credspec }) =>
    `The object ${RESOURCE} "${credspec}" must hold the JSON of New-CredentialSpec under "credspec".`,
  "contents differ": () =>
    `A copied or restored Pod carries old contents. ` +
    `Remove windowsOptions.${CONTENTS_FIELD}: it is filled in from the resource.`,
  "contents malformed": () =>
    `Remove windowsOptions.${CONTENTS_FIELD}: it is filled in from the resource that ${NAME_FIELD} names.`,
  "contents not inlined": () =>
    "It did not exist, was not granted or could not be read a moment ago, or the mutating webhook is not installed. Try again.",
  "cluster failed": () => "No Pod is admitted unchecked. Try again.",
};

/** Returns the remedy for a refusal with this reason. */
export function remedyFor(
  reason: DenialReason,
  { credspec = "", account = NOBODY }: Subject,
): string {
  return REMEDIES[reason]({ credspec, account });
}

function deny(reason: DenialReason, problem: string, about: About): Denial {
  return { level: "error", reason, ...about, problem, remedy: remedyFor(reason, about) };
}

export function settingsChanged(changes: ChangedPlace[]): Denial {
  const what = changes.map(
    ({ place, settings }) => `GMSA ${settings.join(" and ")} modified on ${describePlace(place)}`,
  );
  return deny(
    "settings changed",
    `cannot update an existing pod's GMSA settings (${namesWithin(what, ROOM_FOR_PLACES)})`,
    {
      places: changes.map(({ place, settings }) =>
        problemPlace(place, settings.includes("name") ? NAME_FIELD : CONTENTS_FIELD),
      ),
    },
  );
}

export function contentsWithoutName(places: Place[]): Denial {
  return deny(
    "contents without name",
    `${list(places)} ${places.length === 1 ? "has" : "have each"} a GMSA cred spec set, ` +
      `but does not define the name of the corresponding resource`,
    { places: contentsOf(places) },
  );
}

/** @param references the places, by the credential spec that they name. */
export function tooManyCredspecs(
  references: ReadonlyMap<string, readonly Place[]>,
  most: number,
): Denial {
  const places = [...references.values()].flat();
  return deny(
    "too many credspecs",
    `${references.size} GMSA cred specs are named${named(places)}, and ${most} are the most in one Pod`,
    { places: namesOf(places) },
  );
}

export function notAuthorized(
  account: ServiceAccount,
  credspec: string,
  places: Place[],
  reason: string,
): Denial {
  return deny(
    "not authorized",
    `service account "${account.name}" is not authorized to \`use\` GMSA cred spec "${credspec}"` +
      `${reason === "" ? "" : `, reason: "${reason}"`}${named(places)}`,
    { places: namesOf(places), credspec, account },
  );
}

/** Also used for names that no object can have, so that the cluster need not be asked for them. */
export function noSuchCredspec(credspec: string, places: Place[]): Denial {
  const name = isObjectName(credspec) ? credspec : describeValue(credspec);
  return deny("no such credspec", `cred spec ${name} does not exist${named(places)}`, {
    places: namesOf(places),
    credspec,
  });
}

export function noCredspecKey(credspec: string, places: Place[]): Denial {
  return deny(
    "no credspec key",
    `cred spec ${credspec} does not have a credspec key${named(places)}`,
    { places: namesOf(places), credspec },
  );
}

export function contentsDiffer(credspec: string, places: Place[]): Denial {
  return deny(
    "contents differ",
    `the GMSA cred spec contents for ${list(places)} does not match the contents of GMSA resource "${credspec}"`,
    { places: contentsOf(places), credspec },
  );
}

export function contentsMalformed(
  credspec: string,
  places: Place[],
  malformation: Malformation,
): Denial {
  return deny(
    "contents malformed",
    `the GMSA cred spec contents for ${list(places)} ${MALFORMED[malformation]}`,
    { places: contentsOf(places), credspec },
  );
}

export function contentsNotInlined(credspec: string, places: Place[]): Denial {
  return deny(
    "contents not inlined",
    `the GMSA cred spec contents for ${list(places)} were not filled in from GMSA resource "${credspec}"`,
    { places: namesOf(places), credspec },
  );
}

/** For a credential spec that is named in so many places that no Pod could hold all the contents. */
export function contentsTooLarge(credspec: string, places: Place[]): Denial {
  return {
    ...contentsNotInlined(credspec, places),
    problem:
      `the GMSA cred spec contents of resource "${credspec}", filled in at ${pluralize(places.length, "place")}, ` +
      `would be more than a Pod can hold${named(places)}`,
    remedy: `Set spec.securityContext.windowsOptions.${NAME_FIELD} instead: it applies to every container.`,
  };
}

export function useUnknown(
  account: ServiceAccount,
  credspec: string,
  places: Place[],
  failure: ClusterFailure,
): Denial {
  return deny(
    "cluster failed",
    `could not determine whether service account "${account.name}" may \`use\` GMSA cred spec ` +
      `"${credspec}"${named(places)}: ${failure.why}`,
    { places: namesOf(places), credspec, account, failure: factsOf(failure) },
  );
}

export function credspecUnknown(
  credspec: string,
  places: Place[],
  failure: ClusterFailure,
): Denial {
  return deny(
    "cluster failed",
    `could not read GMSA cred spec "${credspec}"${named(places)}: ${failure.why}`,
    { places: namesOf(places), credspec, failure: factsOf(failure) },
  );
}

/** Returns only these two fields of the cluster's answer. */
function factsOf({ why, code }: ClusterFailure): ClusterFailure {
  return { why, ...(code === undefined ? {} : { code }) };
}

function named(places: Place[]): string {
  return ` (${NAME_FIELD} of ${list(places)})`;
}

function list(places: Place[]): string {
  return namesWithin(places.map(describePlace), ROOM_FOR_PLACES);
}

function namesOf(places: readonly Place[]): ProblemPlace[] {
  return places.map(place => problemPlace(place, NAME_FIELD));
}

function contentsOf(places: readonly Place[]): ProblemPlace[] {
  return places.map(place => problemPlace(place, CONTENTS_FIELD));
}
