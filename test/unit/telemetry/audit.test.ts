import { auditedCredspecs, auditedRefusal } from "../../../telemetry/audit";
import { noSuchCredspec, contentsWithoutName } from "../../../rules/admission/denial";

const pod = {
  spec: {
    securityContext: { windowsOptions: { gmsaCredentialSpecName: "a" } },
    containers: [
      { name: "c", securityContext: { windowsOptions: { gmsaCredentialSpecName: "b" } } },
      { name: "d", securityContext: { windowsOptions: { gmsaCredentialSpecName: "a" } } },
    ],
  },
};

test("the audit log has the credential specs of a Pod, each once", () => {
  expect(auditedCredspecs(pod)).toEqual({ credspecs: "a,b" });
});

test("a Pod that does not name one causes no entry", () => {
  expect(auditedCredspecs({ spec: { containers: [{ name: "c" }] } })).toBeUndefined();
});

test("a Pod cannot fill the audit annotations with names", () => {
  const names = ["b".repeat(1_000_000), "a,b", ...Array.from({ length: 1000 }, (_, n) => `n${n}`)];
  const containers = names.map((gmsaCredentialSpecName, index) => ({
    name: `c${index}`,
    securityContext: { windowsOptions: { gmsaCredentialSpecName } },
  }));
  const credspecs = auditedCredspecs({ spec: { containers } })?.credspecs;
  expect(credspecs?.split(",")).toEqual(names.slice(2, 34));
});

test("the audit log has the reasons of a refusal, each once", () => {
  const denials = [contentsWithoutName([]), noSuchCredspec("a", []), noSuchCredspec("b", [])];
  expect(auditedRefusal(denials)).toEqual({
    refused: "contents without name,no such credspec",
  });
});
