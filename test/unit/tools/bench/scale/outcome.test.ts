import { canonicalJson } from "../../../../../rules/credspec/canonical-json";
import {
  contentsDiffer,
  contentsNotInlined,
  noSuchCredspec,
  notAuthorized,
  useUnknown,
  type Denial,
} from "../../../../../rules/admission/denial";
import { causesOf } from "../../../../../rules/admission/causes";
import { sentence } from "../../../../../rules/problem";
import type { Place } from "../../../../../rules/pod/windows-options";
import { outcomeOf, type Outcome } from "../../../../../tools/bench/scale/outcome";
import { credspecObject, versionIn } from "../../../../../tools/bench/scale/population";

const ACCOUNT = { namespace: "scale-1", name: "app-1" };
const PLACES: Place[] = [{ kind: "container", name: "web-1", options: {}, path: [] }];

function contents(number: number, version: number): string {
  return canonicalJson((credspecObject(number, version) as { credspec: unknown }).credspec);
}

function refusedWith(message: string, status = 400, details = {}): Outcome {
  return outcomeOf({ status, content: Buffer.from(JSON.stringify({ message, details })) }, 7);
}

function denied(denial: Denial): Outcome {
  const message = `admission webhook "pepr-gmsa.pepr.dev" denied the request: ${sentence(denial)}`;
  return refusedWith(message, 403, { causes: causesOf([denial]) });
}

function admittedWith(gmsaCredentialSpec: string): Outcome {
  const pod = {
    spec: { containers: [{ securityContext: { windowsOptions: { gmsaCredentialSpec } } }] },
  };
  return outcomeOf({ status: 201, content: Buffer.from(JSON.stringify(pod)) }, 7);
}

describe("the API server's answer to a Pod", () => {
  it("admitted: the version of the contents, as the module writes them", () => {
    expect(admittedWith(contents(7, 12))).toEqual({ kind: "admitted", version: 12 });
  });

  it("admitted with the contents of another credential spec, changed ones, or none", () => {
    for (const text of [contents(8, 12), contents(7, 12).replace("CONTOSO", "OTHER"), ""]) {
      expect(admittedWith(text)).toEqual({ kind: "admitted", version: undefined });
    }
  });

  it("refused: knows the causes of the module", () => {
    const expected: [Denial, string][] = [
      [notAuthorized(ACCOUNT, "gmsa-7", PLACES, ""), "not authorized"],
      [noSuchCredspec("gmsa-7", PLACES), "no such credspec"],
      [contentsDiffer("gmsa-7", PLACES), "overtaken"],
      [contentsNotInlined("gmsa-7", PLACES), "overtaken"],
    ];
    for (const [denial, reason] of expected) {
      expect(denied(denial)).toEqual({ kind: "refused", reason });
    }
  });

  it("failed: the module could not ask, the webhook was away, something else, no JSON", () => {
    expect(denied(useUnknown(ACCOUNT, "gmsa-7", PLACES, { why: "no answer" })).kind).toBe("failed");
    expect(refusedWith("failed calling webhook: connection refused", 500).kind).toBe("failed");
    expect(refusedWith('namespaces "scale-1" not found', 404).kind).toBe("failed");
    expect(outcomeOf({ status: 429, content: Buffer.from("Too many requests") }, 7)).toEqual({
      kind: "failed",
      why: "HTTP 429: Too many requests",
    });
  });

  it("distinguishes versions whose numbers begin alike", () => {
    expect(versionIn(contents(7, 1), 7)).toBe(1);
    expect(versionIn(contents(7, 10), 7)).toBe(10);
  });
});
