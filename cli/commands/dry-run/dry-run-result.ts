/** Pure: the result of a tested Pod, by place. */
import { refusalReport } from "../../terminal/problems";
import { compareContents, type Credspec } from "../../../rules/credspec/contents";
import {
  describePlace,
  gmsaPlacesOf,
  placeKey,
  type GmsaPlace,
  type PodLike,
} from "../../../rules/pod/windows-options";
import type { PodProblem } from "../../../rules/problem";
import type { DryRunAnswer, PodUnderTest, DryRunReason, DryRunRefusal } from "./pod-under-test";

/** Whether the Pod is admitted; `not created` for reasons unrelated to GMSA. */
export type Outcome = "admitted" | "refused" | "not created";

/** How a place that is not refused gets its contents; `passed` if another place is refused. */
export const PLACE_RESULTS = ["filled in", "kept", "passed"] as const;

/** The result of one place with GMSA settings. */
export interface PlaceResult {
  /** Such as `pod` or `container "iis"`. */
  place: string;
  /** Empty if the place has contents without a name. */
  credspec: string;
  result: (typeof PLACE_RESULTS)[number] | DryRunReason;
  /** The contents of an admitted Pod. */
  contents?: string;
  /** The contents in the cluster differ from the manifest. */
  differsFromManifest?: true;
}

export interface DryRunResult {
  workload: string;
  namespace: string;
  serviceAccount: string;
  file: string;
  line: number;
  outcome: Outcome;
  places: PlaceResult[];
  refusals: DryRunRefusal[];
}

/** @param manifested the credential specs of the manifests by name, for comparison. */
export function resultOf(
  podUnderTest: PodUnderTest,
  answer: DryRunAnswer,
  manifested: ReadonlyMap<string, Credspec> = new Map(),
): DryRunResult {
  const refusals = [...podUnderTest.wrongFields.map(asRefusal), ...answer.refusals];
  const outcome = outcomeOf(refusals);
  const after = contentsByPlace(outcome === "admitted" ? answer.pod : undefined);
  return {
    workload: podUnderTest.workload,
    namespace: podUnderTest.namespace,
    serviceAccount: podUnderTest.serviceAccount,
    file: podUnderTest.file,
    // A getter, because the parser that knows line numbers is slow. It runs only if the result is printed.
    get line(): number {
      return podUnderTest.lineOf();
    },
    outcome,
    places: gmsaPlacesOf(podUnderTest.pod).map(place => {
      const contents = after.get(placeKey(place));
      return {
        place: place.kind === "pod" ? "pod" : describePlace(place),
        credspec: place.credspecName,
        result: outcome === "not created" ? outcome : placeResult(place, refusals, contents),
        ...(contents === undefined ? {} : { contents }),
        ...differenceOf(contents, manifested.get(place.credspecName)),
      };
    }),
    refusals,
  };
}

/** With kubectl, the API server refuses unknown fields. */
function asRefusal(problem: PodProblem): DryRunRefusal {
  return { ...problem, reason: "field name" };
}

/** Converts a result to JSON. */
export function resultReport(result: DryRunResult): object {
  return { ...result, refusals: result.refusals.map(refusalReport) };
}

function outcomeOf(refusals: readonly DryRunRefusal[]): Outcome {
  if (refusals.length === 0) return "admitted";
  return refusals.every(({ reason }) => reason === "not created") ? "not created" : "refused";
}

function placeResult(
  place: GmsaPlace,
  refusals: readonly DryRunRefusal[],
  contents: string | undefined,
): PlaceResult["result"] {
  const refusal = refusals.find(({ places }) =>
    places.some(({ text }) => text === describePlace(place)),
  );
  if (refusal !== undefined) return refusal.reason;
  if (contents === undefined) return "passed";
  return place.contents === "" ? "filled in" : "kept";
}

function contentsByPlace(pod: PodLike | undefined): Map<string, string> {
  const places = pod === undefined ? [] : gmsaPlacesOf(pod);
  return new Map(places.map(place => [placeKey(place), place.contents]));
}

function differenceOf(
  contents: string | undefined,
  credspec: Credspec | undefined,
): { differsFromManifest?: true } {
  const isOther =
    contents !== undefined &&
    credspec !== undefined &&
    compareContents(contents, credspec) !== "equal";
  return isOther ? { differsFromManifest: true } : {};
}
