import pino from "pino";
import { Writable } from "node:stream";

import { redactPods } from "../../../webhook/log-redaction";

/** A logger as Pepr creates it, with its lines. */
function loggerWithLines(): { logger: pino.Logger; lines: string[] } {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { logger: pino({ level: "debug" }, sink), lines };
}

describe("the part of a request that Pepr logs", () => {
  test.each([
    [
      "the request",
      {
        request: { uid: "u", object: { spec: "hidden" }, oldObject: "hidden", userInfo: "hidden" },
      },
    ],
    ["the answer", { res: { uid: "u", allowed: true, patch: "hidden" } }],
    ["the answer to the API server", { kubeAdmissionResponse: { uid: "u", patch: "hidden" } }],
    ["the patch", { uid: "u", patches: [{ op: "add", value: "hidden" }] }],
  ])("%s keeps its identity and loses its contents", (_what, entry) => {
    const { logger, lines } = loggerWithLines();
    redactPods(logger);
    logger.info(entry, "message");
    expect(lines.join("")).toContain('"uid":"u"');
    expect(lines.join("")).not.toContain("hidden");
  });

  test("without redaction the contents would be there: the test above can fail", () => {
    const { logger, lines } = loggerWithLines();
    logger.info({ res: { patch: "hidden" } }, "message");
    expect(lines.join("")).toContain("hidden");
  });

  test("a logger that cannot be redacted is refused", () => {
    expect(() => {
      redactPods({});
    }).toThrow("cannot keep Pod contents out of the log");
  });
});
