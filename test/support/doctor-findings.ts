/**
 * Compares findings of `gmsa doctor` as data: the check, the level, the effect on GMSA Pods, and the names
 * and values that the finding is about. The cases in test/fixtures/doctor cover the sentences.
 */
import type { Effect, Level, Observed } from "../../cli/diagnosis/report/check";
import type { Report } from "../../cli/diagnosis/report/examine";

/** An expected finding of one check. */
export interface Finding {
  /** The code or the name of the check. */
  check: string;
  level: Level;
  /** Compared only if it is set. */
  effect?: Effect;
  /** Names of objects, fields, values and commands in its message and remedy. */
  names: readonly string[];
}

/** @param json the output of `gmsa doctor -o json`. */
export function hasFinding(json: string, finding: Finding): boolean {
  return findingsOf(json, finding.check).some(observed => isThis(observed, finding));
}

/** The findings of a check, to show where one is missing. */
export function findingsOf(json: string, check: string): Observed[] {
  const { checks } = JSON.parse(json) as Report;
  return checks
    .filter(({ code, name }) => code === check || name === check)
    .flatMap(({ observed }) => observed);
}

function isThis(observed: Observed, { level, effect, names }: Finding): boolean {
  const text = `${observed.message}\n${observed.remedy ?? ""}`;
  return (
    observed.level === level &&
    (effect === undefined || observed.effect === effect) &&
    names.every(name => text.includes(name))
  );
}
