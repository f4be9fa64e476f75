/** A running Pod whose contents differ from the credential spec that it names. */
import type { CredspecLookup } from "../credspec/cluster";
import { compareContents } from "../credspec/contents";
import { describePlace, gmsaPlacesOf } from "../pod/windows-options";
import type { GmsaObject } from "./gmsa-object";

export interface DriftedPod {
  namespace: string;
  name: string;
  credspec: string;
  /** Places such as `pod` or `container "iis"`. */
  places: string[];
  /** Whether the credential spec has changed or is gone. */
  now: "changed" | "gone";
}

/**
 * Pure: finds running Pods whose contents differ from their credential specs.
 *
 * @param credspecs the lookup for each credential spec that a Pod names.
 */
export function driftOf(
  objects: readonly GmsaObject[],
  credspecs: ReadonlyMap<string, CredspecLookup>,
): DriftedPod[] {
  return objects.filter(isRunningPod).flatMap(pod => driftOfPod(pod, credspecs));
}

/**
 * Returns why credential specs could not be read, by name. For these, it is unknown whether the contents of
 * running Pods differ.
 */
export function uncomparedWith(
  objects: readonly GmsaObject[],
  credspecs: ReadonlyMap<string, CredspecLookup>,
): Map<string, string> {
  const places = objects.filter(isRunningPod).flatMap(({ pod }) => gmsaPlacesOf(pod));
  return new Map(
    places
      .filter(({ contents }) => contents !== "")
      .flatMap(({ credspecName }): [string, string][] => {
        const answer = credspecs.get(credspecName);
        return answer?.outcome === "failed" ? [[credspecName, answer.why]] : [];
      }),
  );
}

function isRunningPod({ kind, atRest }: GmsaObject): boolean {
  return kind === "Pod" && !atRest;
}

function driftOfPod(
  { namespace, name, pod }: GmsaObject,
  credspecs: ReadonlyMap<string, CredspecLookup>,
): DriftedPod[] {
  const drifted = new Map<string, DriftedPod>();
  for (const place of gmsaPlacesOf(pod)) {
    const { credspecName: credspec, contents } = place;
    const now = driftOfContents(contents, credspecs.get(credspec));
    if (now !== undefined) {
      const before = drifted.get(credspec)?.places ?? [];
      const places = [...before, place.kind === "pod" ? "pod" : describePlace(place)];
      drifted.set(credspec, { namespace, name, credspec, places, now });
    }
  }
  return [...drifted.values()];
}

function driftOfContents(
  contents: string,
  answer: CredspecLookup | undefined,
): DriftedPod["now"] | undefined {
  if (contents === "") return undefined;
  switch (answer?.outcome) {
    case "found":
      return compareContents(contents, answer.credspec) === "equal" ? undefined : "changed";
    case "absent":
    case "no credspec key":
      return "gone";
    case "failed":
    case undefined:
      return undefined;
  }
}
