import { placeholderIn } from "../placeholder";
import { isObjectName } from "../object";
import type { Problem } from "../problem";

/** Reports that the name of a GMSACredentialSpec is a placeholder from a guide or a template. */
export function placeholderName(name: string): Problem<"object name"> | undefined {
  if (placeholderIn(name) === undefined) return undefined;
  return {
    level: isObjectName(name) ? "warning" : "error",
    reason: "object name",
    places: [{ path: ["metadata", "name"], text: "metadata.name" }],
    problem: `"${name}" is a placeholder that was not replaced`,
    remedy: "Write a name of your own, here and wherever Pods and roles name it.",
  };
}
