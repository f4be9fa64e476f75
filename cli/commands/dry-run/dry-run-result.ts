/** Pure: what a podUnderTest came to, place by place. */
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

/** Whether the Pod gets in; `not created` for what has nothing to do with GMSA. */
export type Outcome = "admitted" | "refused" | "not created";

/** How contents come to a place that is not refused; `passed` where another place is. */
export const PLACE_RESULTS = ["filled in", "kept", "passed"] as const;

/** What became of one place with GMSA settings. */
export interface PlaceResult {
  /** Such as `pod` or `container "iis"`. */
  place: string;
  /** Empty where contents are there without a name. */
  credspec: string;
  result: (typeof PLACE_RESULTS)[number] | DryRunReason;
  /** What the Pod has there once it is admitted. */
  contents?: string;
  /** The cluster's credspec is not the one in the manifests. */
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

/** @param manifested the credspecs that the manifests hold, to compare with; by name. */
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
    // Looked up when it is printed: the parser that knows lines is slow.
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

/** kubectl has the API server refuse a field that it does not know. */
function asRefusal(problem: PodProblem): DryRunRefusal {
  return { ...problem, reason: "field name" };
}

/** A result for programs. */
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
