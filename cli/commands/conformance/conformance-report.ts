/** The report of a run, as data. Programs read it: what its fields mean changes with its schema only. */
import * as z from "zod/mini";

import { CHECKS, REASONS, VERDICTS, type Reason } from "./checks";

/** Of this form of the report. */
export const SCHEMA = "gmsa.pepr.dev/conformance/v1";

const check = z.object({
  name: z.enum(CHECKS),
  subject: z.string(),
  container: z.optional(z.string()),
  verdict: z.enum(VERDICTS),
  reason: z.enum(Object.keys(REASONS) as [Reason, ...Reason[]]),
  detail: z.string(),
  /** Does not count. */
  isNote: z.boolean(),
  /** The beginning of what was printed in the container. */
  evidence: z.optional(z.string()),
});

const caseReport = z.object({
  /** Such as "2022/pod-level"; of a version that no node offers, its name alone. */
  id: z.string(),
  windows: z.string(),
  title: z.string(),
  expected: z.string(),
  verdict: z.enum(VERDICTS),
  /** How long it took. */
  seconds: z.number(),
  checks: z.array(check),
});

const nodeReport = z.object({
  name: z.string(),
  windows: z.string(),
  /** As the kubelet reports it. */
  osImage: z.string(),
  build: z.string(),
  kubelet: z.string(),
  containerRuntime: z.string(),
  /** By the annotation gmsa.pepr.dev/stand-in of the node. */
  played: z.enum(["real", "stand-in"]),
});

export const conformanceReport = z.object({
  schema: z.literal(SCHEMA),
  /** On each object of the run, as the label gmsa.pepr.dev/conformance. */
  run: z.string(),
  /** RFC 3339, in UTC. */
  started: z.string(),
  ended: z.string(),
  /** The worst of all cases. */
  verdict: z.enum(VERDICTS),
  interrupted: z.boolean(),
  asked: z.object({
    credspec: z.string(),
    /** Name of the account that it describes. */
    account: z.string(),
    serviceAccount: z.string(),
    share: z.boolean(),
    sql: z.boolean(),
  }),
  versions: z.object({
    gmsa: z.string(),
    kubernetes: z.string(),
    /** Of the installation; absent if it is not to be seen. */
    module: z.optional(
      z.object({ version: z.string(), build: z.string(), image: z.string(), pepr: z.string() }),
    ),
    /** That this gmsa is built for. */
    pepr: z.string(),
  }),
  nodes: z.array(nodeReport),
  /** Windows nodes that got no Pods. */
  unused: z.array(z.object({ node: z.string(), why: z.string() })),
  /** Images that containers ran, with the digest that the runtime reports. */
  images: z.array(z.object({ windows: z.string(), image: z.string(), digest: z.string() })),
  cases: z.array(caseReport),
  /** What could not be removed, with the command that does. */
  left: z.array(z.object({ object: z.string(), command: z.string() })),
});

export type ConformanceReport = z.infer<typeof conformanceReport>;
export type CaseReport = z.infer<typeof caseReport>;
export type NodeOfReport = z.infer<typeof nodeReport>;
