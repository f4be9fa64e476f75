import { EXIT, Failure } from "../terminal/failure";
import type { Check } from "../commands/doctor/report/check";
import { CHECKS } from "../commands/doctor/checks/all";

/**
 * The checks of these names; all of them if none is named.
 *
 * @throws Failure if there is no such check.
 */
export function chosen(names: readonly string[]): readonly Check[] {
  const unknown = names.find(name => CHECKS.every(check => check.name !== name));
  if (unknown !== undefined) {
    const known = CHECKS.map(({ name }) => name).join(", ");
    throw new Failure(`there is no check "${unknown}"`, `The checks are: ${known}.`, EXIT.usage);
  }
  return names.length === 0 ? CHECKS : CHECKS.filter(({ name }) => names.includes(name));
}
