import pc from "picocolors";

import { statusOf } from "../../../../../cli/commands/status/status-report";
import type { Status, StatusInputs } from "../../../../../cli/commands/status/status-report";
import { statusTable } from "../../../../../cli/commands/status/status-table";
import type { Lookup } from "../../../../../cli/api/calls";
import { INSTALLATION_CHECKS } from "../../../../../cli/diagnosis/checks/all";
import { checkReport, type CheckReport } from "../../../../../cli/diagnosis/report/examine";
import type { InstallationState } from "../../../../../cli/inspect/state";
import { healthyState } from "../../diagnosis/healthy-state";

export const VERSIONS = { gmsa: "0.1.0", kubernetes: "v1.36.3" };
export const NO_COLOURS = pc.createColors(false);

export function known<Value>(value: Value): Lookup<Value> {
  return { known: true, value };
}

function facts(change: Partial<StatusInputs> = {}): StatusInputs {
  const { controller, certificates, credspecs, workloads } = healthyState();
  return {
    controller: known(controller),
    certificates: known(certificates),
    credspecs: known(credspecs),
    workloads: known(workloads),
    report: reportOn(state => state),
    ...{ unchecked: [], unfilled: [] },
    ...change,
  };
}

export function status(change: Partial<StatusInputs> = {}): Status {
  return statusOf(VERSIONS, facts(change));
}

export function table(change: Partial<StatusInputs> = {}): string {
  return statusTable(status(change), { colours: NO_COLOURS });
}

/** The checks' findings on a healthy state after a change. */
export function reportOn(change: (state: InstallationState) => InstallationState): CheckReport[] {
  const state = change(healthyState());
  return INSTALLATION_CHECKS.map(check => checkReport(check, check.judge(state)));
}
