import { count } from "../../../capabilities/count";
import { check } from "../../commands/doctor/report/check";
import { workloadFindings } from "../../commands/doctor/checks/refusals";

/** What else would have Pods refused if they were created now. */
export const references = check({
  name: "references",
  title: "workloads name credspecs that exist, hold no other contents, and are where GMSA may be",
  needs: ["workloads"],
  judge: ({ workloads: facts }) =>
    workloadFindings(
      facts,
      [
        "no such credspec",
        "no credspec key",
        "contents without name",
        "too many credspecs",
        "contents differ",
        "contents malformed",
        "contents not inlined",
        "namespace excluded",
      ],
      `the credspecs of ${count(facts.workloads.length, "workload")} exist`,
    ),
});
