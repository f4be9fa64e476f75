/** `gmsa doctor pod` for people. */
import type { Colours } from "../../../terminal/colours";
import { reportTable } from "../report/report-table";
import type { ContainerReport, PodReport } from "./examine-pod";

/** The checks of each container, below a line that says which one it is. */
export function podTable({ namespace, pod, containers }: PodReport, colours: Colours): string {
  return containers
    .map(report => {
      const title = `Pod ${namespace}/${pod}, container ${report.container}`;
      return `${colours.bold(title)}${credspecOf(report)}\n${reportTable(report, colours)}`;
    })
    .join("\n\n");
}

function credspecOf({ credspec, domain }: ContainerReport): string {
  const name = credspec === "" ? "" : `: credspec ${credspec}`;
  return name === "" || domain === undefined ? name : `${name} of ${domain}`;
}
