import { AuditNotes } from "../../../telemetry/audit";

const pod = {
  spec: {
    securityContext: { windowsOptions: { gmsaCredentialSpecName: "a" } },
    containers: [
      { name: "c", securityContext: { windowsOptions: { gmsaCredentialSpecName: "b" } } },
      { name: "d", securityContext: { windowsOptions: { gmsaCredentialSpecName: "a" } } },
    ],
  },
};

test("the answer to a request names the credspecs of its Pod, once", () => {
  const notes = new AuditNotes();
  notes.take("1", pod);

  const other = { uid: "2" };
  notes.put(other);
  expect(other).toEqual({ uid: "2" });

  const answer = { uid: "1", auditAnnotations: { there: "already" } };
  notes.put(answer);
  expect(answer.auditAnnotations).toEqual({ there: "already", credspecs: "a,b" });

  const again = { uid: "1" };
  notes.put(again);
  expect(again).toEqual({ uid: "1" });
});

test("a Pod that names none leaves its answer alone", () => {
  const notes = new AuditNotes();
  notes.take("1", { spec: { containers: [{ name: "c" }] } });
  const answer = { uid: "1" };
  notes.put(answer);
  expect(answer).toEqual({ uid: "1" });
});

test("a Pod cannot fill the audit log with names", () => {
  const names = ["b".repeat(1_000_000), "a,b", ...Array.from({ length: 1000 }, (_, n) => `n${n}`)];
  const containers = names.map((gmsaCredentialSpecName, index) => ({
    name: `c${index}`,
    securityContext: { windowsOptions: { gmsaCredentialSpecName } },
  }));
  const notes = new AuditNotes();
  notes.take("1", { spec: { containers } });
  const answer: { uid: string; auditAnnotations?: Record<string, string> } = { uid: "1" };
  notes.put(answer);
  expect(answer.auditAnnotations?.credspecs?.split(",")).toEqual(names.slice(2, 34));
});

test("answers that never come do not fill the memory", () => {
  const notes = new AuditNotes();
  for (let request = 0; request < 1500; request++) {
    notes.take(String(request), pod);
  }
  const first = { uid: "0" };
  notes.put(first);
  expect(first).toEqual({ uid: "0" });
  const last = { uid: "1499" };
  notes.put(last);
  expect(last).toHaveProperty("auditAnnotations");
});
