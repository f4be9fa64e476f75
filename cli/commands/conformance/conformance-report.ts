/** The schema of a run's report. Programs read it: the meaning of a field changes only with SCHEMA. */
import * as z from "zod/mini";

import { CHECKS, REASONS, VERDICTS, type Reason } from "./checks";

/** The version of this schema. */
export const SCHEMA = "gmsa.pepr.dev/conformance/v1";

const check = z.object({
  name: z.enum(CHECKS),
  subject: z.string(),
  container: z.optional(z.string()),
  verdict: z.enum(VERDICTS),
  reason: z.enum(Object.keys(REASONS) as [Reason, ...Reason[]]),
  detail: z.string(),
  /** Does not count for the verdict. */
  isNote: z.boolean(),
  /** The beginning of the output in the container. */
  evidence: z.optional(z.string()),
});

const caseReport = z.object({
  /** Such as "2022/pod-level", or the name of a version that no node offers. */
  id: z.string(),
  windows: z.string(),
  title: z.string(),
  expected: z.string(),
  verdict: z.enum(VERDICTS),
  /** Duration of the case. */
  seconds: z.number(),
  checks: z.array(check),
});

const nodeReport = z.object({
  name: z.string(),
  windows: z.string(),
  /** As reported by the kubelet. */
  osImage: z.string(),
  build: z.string(),
  kubelet: z.string(),
  containerRuntime: z.string(),
  /** From the node's annotation gmsa.pepr.dev/stand-in. */
  played: z.enum(["real", "stand-in"]),
});

export const conformanceReport = z.object({
  schema: z.literal(SCHEMA),
  /** The value of the label gmsa.pepr.dev/conformance on each object of the run. */
  run: z.string(),
  /** RFC 3339, in UTC. */
  started: z.string(),
  ended: z.string(),
  /** The worst verdict of all cases. */
  verdict: z.enum(VERDICTS),
  interrupted: z.boolean(),
  asked: z.object({
    credspec: z.string(),
    /** Name of the account in the credential spec. */
    account: z.string(),
    serviceAccount: z.string(),
    share: z.boolean(),
    sql: z.boolean(),
  }),
  versions: z.object({
    gmsa: z.string(),
    kubernetes: z.string(),
    /** The installed module. Absent if it cannot be read. */
    module: z.optional(
      z.object({ version: z.string(), build: z.string(), image: z.string(), pepr: z.string() }),
    ),
    /** The version of Pepr that this gmsa is built for. */
    pepr: z.string(),
  }),
  nodes: z.array(nodeReport),
  /** Windows nodes without Pods of this run. */
  unused: z.array(z.object({ node: z.string(), why: z.string() })),
  /** Images of the containers, with the digest that the runtime reports. */
  images: z.array(z.object({ windows: z.string(), image: z.string(), digest: z.string() })),
  cases: z.array(caseReport),
  /** Objects that could not be removed, each with a command that removes it. */
  left: z.array(z.object({ object: z.string(), command: z.string() })),
});

export type ConformanceReport = z.infer<typeof conformanceReport>;
export type CaseReport = z.infer<typeof caseReport>;
export type NodeOfReport = z.infer<typeof nodeReport>;
