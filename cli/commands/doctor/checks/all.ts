import type { Check } from "../report/check";
import { certificate } from "./certificate";
import { credspecResource } from "./credspec-resource";
import { credspecs } from "./credspecs";
import { drift } from "./drift";
import { earlyWarnings } from "./early-warnings";
import { endpoints } from "./endpoints";
import { grants } from "../../../doctor/checks/grants";
import { keeper } from "./keeper";
import { matchConditions } from "./match-conditions";
import { namespaces } from "./namespaces";
import { nodeBuild } from "./node-build";
import { nodeCompartments } from "./node-compartments";
import { nodeLabels } from "./node-labels";
import { nodeRuntime } from "./node-runtime";
import { policy } from "./policy";
import { references } from "../../../doctor/checks/references";
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
