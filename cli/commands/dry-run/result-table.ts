/** Pure: prints the results for people. */
import type { Colours } from "../../terminal/colours";
import { table } from "../../terminal/columns";
import { refusalLine } from "../../terminal/problems";
import type { PlaceResult, DryRunResult } from "./dry-run-result";

const HEAD = ["NAMESPACE", "WORKLOAD", "PLACE", "CREDSPEC", "OUTCOME", "REASON"];

/**
 * A row for each place, the refusals in full, and the totals.
 *
 * @param options.failOnly omits Pods that are admitted.
 * @param options.headers prints the column headings.
 */
export function resultTable(
  results: readonly DryRunResult[],
  withoutGmsa: number,
  { colours, failOnly, headers }: { colours: Colours; failOnly: boolean; headers: boolean },
): string {
  const listed = failOnly ? results.filter(({ outcome }) => outcome !== "admitted") : results;
  const rows = listed.flatMap(result => placeRows(result, colours));
  const refusals = results.flatMap(({ workload, namespace, refusals: all }) =>
    all.map(refusal => refusalLine(`${workload} in ${namespace}`, refusal, colours)),
  );
  return [
    rows.length === 0 ? "" : table(HEAD, rows, headers),
    refusals.join("\n"),
    summaryOf(results, withoutGmsa),
  ]
    .filter(part => part !== "")
    .join("\n\n");
}

function placeRows(result: DryRunResult, colours: Colours): string[][] {
  const marks = {
    admitted: colours.green("✔ admitted"),
    refused: colours.red("✘ refused"),
    "not created": colours.red("✘ not created"),
  };
  const { namespace, workload, outcome } = result;
  return result.places.map(place => [
    namespace,
    workload,
    place.place,
    place.credspec === "" ? "-" : place.credspec,
    marks[outcome],
    reasonOf(place),
  ]);
}

function reasonOf({ result, differsFromManifest }: PlaceResult): string {
  const words = result === "passed" ? "-" : result;
  return differsFromManifest === true
    ? `${words} from the cluster, whose credential spec differs from the one in the manifests`
    : words;
}

function summaryOf(results: readonly DryRunResult[], withoutGmsa: number): string {
  const count = (outcome: DryRunResult["outcome"]): number =>
    results.filter(result => result.outcome === outcome).length;
  const notCreated = count("not created");
  const parts = [
    `${count("admitted")} admitted`,
    `${count("refused")} refused`,
    ...(notCreated === 0 ? [] : [`${notCreated} not created`]),
    ...(withoutGmsa === 0 ? [] : [`${withoutGmsa} without GMSA`]),
  ];
  return parts.join(", ");
}
