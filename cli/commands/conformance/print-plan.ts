/** `gmsa conformance --dry-run`: prints the cases and the objects that they would create. */
import type { KubernetesObject } from "@kubernetes/client-node";

import { columns } from "../../terminal/columns";
import { printObjects } from "../../terminal/output";
import type { Terminal } from "../../terminal/terminal";
import { objectsOfCopy } from "./run-objects";
import type { Environment } from "./environment";
import type { Case, Step } from "./case-model";
import { UNUSED } from "./words";

export async function printPlan(
  cases: readonly Case[],
  { environment, run, terminal }: { environment: Environment; run: string; terminal: Terminal },
): Promise<void> {
  for (const { name, nodes } of environment.versions) {
    terminal.print(`# Windows Server ${name}: ${nodes.join(", ")}`);
  }
  for (const { node, why } of environment.unused) {
    terminal.print(`# Not used: ${node} (${UNUSED[why]})`);
  }
  const rows = cases.map(({ id, title, expected }) => [id, `${title}. ${expected}`]);
  for (const line of columns(rows).split("\n")) terminal.print(`# ${line}`);
  terminal.print("---");
  await printObjects(terminal, objectsOf(cases, run));
}

/** In the order of their creation. */
export function objectsOf(cases: readonly Case[], run: string): KubernetesObject[] {
  return cases.flatMap(({ steps }) => steps.flatMap(step => objectsOfStep(step, run)));
}

function objectsOfStep(step: Step, run: string): KubernetesObject[] {
  if (step.do === "create") return step.pods;
  if (step.do !== "copy") return [];
  const { credspec, role, binding } = objectsOfCopy(step.copy, run);
  return [credspec, role, binding];
}
