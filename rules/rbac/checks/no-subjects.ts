import { keyFix } from "../../fix";
import { misspeltKeys, type MisspeltKey } from "../../near";
import type { Problem } from "../../problem";

/** The fields of a binding. */
const KEYS = ["apiVersion", "kind", "metadata", "roleRef", "subjects"];

/**
 * Checks that a binding to a role about credential specs has subjects. The API server accepts a binding
 * without any.
 *
 * Restricted fields: subjects. Allowed: at least one.
 */
export function checkSubjects(binding: {
  subjects?: readonly unknown[] | null;
}): Problem<"binding">[] {
  const misspelt = misspeltKeys(binding, KEYS).filter(({ meant }) => meant === "subjects");
  if (misspelt.length > 0) return misspelt.map(unknownKey);
  if ((binding.subjects ?? []).length > 0) return [];
  return [
    {
      level: "warning",
      reason: "binding",
      places: [{ path: ["subjects"], text: "subjects" }],
      problem:
        "this binding does not have any subjects, so it does not let anybody use a credential spec",
      remedy: "Add the service accounts of the Pods: kind ServiceAccount, with name and namespace.",
    },
  ];
}

function unknownKey({ key, meant, isFree }: MisspeltKey): Problem<"binding"> {
  return {
    level: "error",
    reason: "binding",
    places: [{ path: [key], text: key }],
    problem: `${key} is not a field of a binding, and the API server refuses or drops it`,
    remedy: `Did you mean ${meant}?`,
    ...(isFree ? { fixes: [keyFix([key], meant)] } : {}),
  };
}
