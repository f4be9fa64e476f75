import { Failure, EXIT } from "../../terminal/failure";
import { CHECK_NAMES, CODES, codeOf, isOfInstallation } from "../check-codes";
import type { Check } from "../report/check";
import { canary } from "./canary";
import { certificate } from "./certificate";
import { credspecResource } from "./credspec-resource";
import { credspecs } from "./credspecs";
import { credspecsKept } from "./credspecs-kept";
import { drift } from "./drifted-pods";
import { earlyWarnings } from "./early-warning-webhook";
import { endpoints } from "./service-endpoints";
import { keeper } from "./certificate-controller";
import { matchConditions } from "./match-conditions";
import { namespaces } from "./unchecked-namespaces";
import { nextPods } from "./next-pods";
import { nodeBuild } from "./node-build";
import { nodeCompartments } from "./node-compartments";
import { nodeLabels } from "./node-labels";
import { nodeRuntime } from "./node-runtime";
import { placement } from "./workload-placement";
import { policy } from "./policy";
import { references, grants } from "./refusals";
import { objects } from "./installation-objects";
import { replicas } from "./replicas";
import { rights } from "./account-rights";
import { rollout } from "./rollout";
import { version } from "./version";
import { webhooks } from "./webhooks";
import { wideGrants } from "./wide-grants";
import { windowsGmsa } from "./windows-gmsa";

/** All checks, in the order in which a Pod meets the parts that they check. */
export const CHECKS: readonly Check[] = [
  credspecResource,
  version,
  webhooks,
  matchConditions,
  earlyWarnings,
  policy,
  credspecsKept,
  objects,
  rights,
  namespaces,
  replicas,
  rollout,
  nextPods,
  endpoints,
  certificate,
  keeper,
  canary,
  windowsGmsa,
  credspecs,
  references,
  grants,
  wideGrants,
  placement,
  drift,
  nodeLabels,
  nodeRuntime,
  nodeBuild,
  nodeCompartments,
];

export const INSTALLATION_CHECKS = CHECKS.filter(({ name }) => isOfInstallation(name));

/**
 * The checks of the installation, without the suppressed codes.
 *
 * @throws Failure if a code does not exist.
 */
export function installationChecks(suppressed: readonly string[] = []): readonly Check[] {
  return chosen([], suppressed).filter(({ name }) => isOfInstallation(name));
}

/**
 * The checks with these names, or all checks if no name is given.
 *
 * @param suppressed codes of checks to leave out.
 * @throws Failure if a check or a code does not exist.
 */
export function chosen(
  names: readonly string[],
  suppressed: readonly string[] = [],
): readonly Check[] {
  refuseUnknown("check", names, CHECK_NAMES);
  refuseUnknown("code", suppressed, CODES);
  const named = names.length === 0 ? CHECKS : CHECKS.filter(({ name }) => names.includes(name));
  return named.filter(({ name }) => !suppressed.includes(codeOf(name) ?? ""));
}

function refuseUnknown(noun: string, words: readonly string[], known: readonly string[]): void {
  const unknown = words.find(word => !known.includes(word));
  if (unknown === undefined) return;
  const remedy = `The ${noun}s are: ${known.join(", ")}.`;
  throw new Failure(`there is no ${noun} "${unknown}"`, remedy, EXIT.usage);
}
