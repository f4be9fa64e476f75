/** Who looks after the pair. */
import { isOurs } from "../../certificates/plan";
import type { Observation } from "../../certificates/installation";

export type Source = "keeper" | "given" | "cert-manager";

/** cert-manager where it fills the Secret or the webhooks' caBundle, else as the keeper sees it. */
export function sourceOf(observation: Observation): Source {
  const { pair, configurations } = observation;
  if (pair.certManagerName !== undefined || configurations.some(({ injected }) => injected)) {
    return "cert-manager";
  }
  return isOurs(observation) ? "keeper" : "given";
}
