/** An API server's answers to a probe, and their meaning: test/fixtures/canary.yaml. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { SHIPPED_POLICY, SHIPPED_WEBHOOKS } from "../../../../cli/manifests/shipped";
import { CALL_FAILURES, OBSTACLES } from "../../../../rules/canary/probe-answer";
import type { CreateAnswer } from "../../../../rules/canary/probe-answer";
import { explain } from "../../../../rules/canary/explain-verdict";
import { judge, POLICY, WEBHOOK } from "../../../../rules/canary/judge";
import { podOf, type Probe } from "../../../../rules/canary/probe";
import { validate } from "../../../../rules/admission/validate";
import type { Denial } from "../../../../rules/admission/denial";
import type { PodLike } from "../../../../rules/pod/windows-options";

interface Case {
  what: string;
  probe?: Partial<Probe>;
  message?: string;
  /** A reason, or a cause with a value. */
  causes?: (string | { reason: string; message: string })[];
  failed?: string;
  pod?: PodLike;
  /** Null for a code that must be missing. */
  verdict: { outcome: string; reason: string; code?: number | null };
  says?: string[];
}

const FILE = join(__dirname, "../../../fixtures/canary.yaml");
const cases = parse(readFileSync(FILE, "utf8")) as Case[];

function answerOf({ message, causes = [], failed = "", pod }: Case): CreateAnswer {
  if (pod !== undefined) return { outcome: "admitted", pod };
  if (message === undefined) return { outcome: "failed", why: failed };
  const named = causes.map(cause => ({
    field: "",
    ...(typeof cause === "string" ? { reason: cause, message: "" } : cause),
  }));
  return { outcome: "refused", code: 403, message, causes: named };
}

test.each(cases)("$what", ({ verdict: expected, says = [], ...rest }) => {
  const probe: Probe = { namespace: "shop", expect: "refused", ...rest.probe };

  const verdict = judge(probe, answerOf({ verdict: expected, ...rest }));

  expect({ code: null, ...verdict }).toMatchObject(expected);
  const { problem, remedy } = explain(verdict, probe);
  for (const part of says) expect(`${problem}\n${remedy}`).toContain(part);
  // Two short lines without secrets.
  expect(problem).not.toMatch(/\.$|undefined|s3cret/);
  expect(problem.length).toBeLessThan(330);
  expect(remedy).toMatch(verdict.outcome === "passed" ? /^$/ : /^[A-Zp].*\.$/);
  expect(JSON.stringify(verdict)).not.toContain("s3cret");
});

test("every reason has a case", () => {
  const seen = new Set(cases.map(({ verdict }) => `${verdict.outcome}: ${verdict.reason}`));
  const all = [
    ...CALL_FAILURES.map(reason => `unreachable: ${reason}`),
    ...OBSTACLES.map(reason => `unknown: ${reason}`),
  ];
  expect(all.filter(reason => !seen.has(reason))).toEqual([]);
});

test("the names are those of the installation", () => {
  expect(WEBHOOK).toBe(SHIPPED_WEBHOOKS.validating.name);
  expect(WEBHOOK).toBe(SHIPPED_WEBHOOKS.mutating.name);
  expect(POLICY).toBe(SHIPPED_POLICY.metadata.name);
});

/** The denials of our rules for the Pod of a probe. */
function denialsOf(probe: Probe): Denial[] {
  const serviceAccount = { namespace: probe.namespace, name: "default" };
  return validate({ pod: podOf(probe), serviceAccount }, new Map());
}

test("our rules refuse the one Pod without asking the cluster, and admit the other", () => {
  const refused = denialsOf({ namespace: "shop", expect: "refused" });
  expect(refused.map(({ reason }) => reason)).toEqual(["contents without name"]);
  expect(denialsOf({ namespace: "shop", expect: "admitted" })).toEqual([]);
  expect(podOf({ namespace: "shop", expect: "admitted", credspec: "webapp1" })).toMatchObject({
    spec: { securityContext: { windowsOptions: { gmsaCredentialSpecName: "webapp1" } } },
  });
});
