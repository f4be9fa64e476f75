import { count } from "../../../capabilities/count";
import { check } from "../../commands/doctor/report/check";
import { workloadFindings } from "../../commands/doctor/checks/refusals";

/** The service accounts of workloads may use the credspecs that their Pods name. */
export const grants = check({
  name: "grants",
  title: "service accounts may use the credspecs that their Pods name",
  needs: ["workloads"],
  judge: ({ workloads: facts }) =>
    workloadFindings(
      facts,
      ["not authorized"],
      `the service accounts of ${count(facts.workloads.length, "workload")} may use their credspecs`,
    ),
});
