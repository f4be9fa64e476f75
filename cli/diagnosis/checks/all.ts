import { Failure, EXIT } from "../../terminal/failure";
import type { Check } from "../report/check";
import { canary } from "./canary";
import { certificate } from "./certificate";
import { credspecResource } from "./credspec-resource";
import { credspecs } from "./credspecs";
import { drift } from "./drifted-pods";
import { earlyWarnings } from "./early-warning-webhook";
import { endpoints } from "./service-endpoints";
import { keeper } from "./certificate-controller";
import { matchConditions } from "./match-conditions";
import { namespaces } from "./unchecked-namespaces";
import { nodeBuild } from "./node-build";
import { nodeCompartments } from "./node-compartments";
import { nodeLabels } from "./node-labels";
import { nodeRuntime } from "./node-runtime";
import { policy } from "./policy";
import { references, grants } from "./refusals";
import { replicas } from "./replicas";
import { webhooks } from "./webhooks";
import { windowsGmsa } from "./windows-gmsa";

/** Every check, in the order in which a Pod meets what they look at. */
export const CHECKS: readonly Check[] = [
  credspecResource,
  webhooks,
  matchConditions,
  earlyWarnings,
  policy,
  namespaces,
  replicas,
  endpoints,
  certificate,
  keeper,
  canary,
  windowsGmsa,
  credspecs,
  references,
  grants,
  drift,
  nodeLabels,
  nodeRuntime,
  nodeBuild,
  nodeCompartments,
];

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
