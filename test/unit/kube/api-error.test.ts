import { ApiException } from "@kubernetes/client-node";

import {
  describeFailure,
  failureOf,
  isConnectionLoss,
  isNotFound,
  missingNamespace,
} from "../../../kube/api-error";

function answer(code: number, body: unknown): ApiException<unknown> {
  return new ApiException(code, "Unknown API Status Code!", body, {});
}

const notFound = {
  kind: "Status",
  reason: "NotFound",
  message: 'gmsacredentialspecs.windows.k8s.io "x" not found',
  details: { name: "x" },
};

describe("failures of calls to the API server", () => {
  test("a missing object is distinguished from a missing API", () => {
    expect(isNotFound(answer(404, notFound))).toBe(true);
    expect(isNotFound(answer(404, JSON.stringify(notFound)))).toBe(true);
    expect(isNotFound(answer(404, "404 page not found\n"))).toBe(false);
    expect(isNotFound(answer(403, { ...notFound, reason: "Forbidden" }))).toBe(false);
    expect(isNotFound(new Error("404"))).toBe(false);
  });

  test.each([
    [
      answer(404, "404 page not found\n"),
      "the API server does not serve this resource: its CRD is not installed",
    ],
    [answer(403, { message: "no" }), "the API server answered 403: no"],
    [answer(500, "not JSON"), "the API server answered 500"],
    [answer(503, undefined), "the API server answered 503"],
    [
      Object.assign(new Error("aborted"), { name: "AbortError" }),
      "the API server did not answer in time",
    ],
    [
      new Error("connect ECONNREFUSED 127.0.0.1:1"),
      "the API server could not be reached: connect ECONNREFUSED 127.0.0.1:1",
    ],
    ["text", "the API server could not be reached: text"],
  ])("%#: %s", (failure, sentence) => {
    expect(describeFailure(failure)).toBe(sentence);
  });

  test("a namespace that does not exist is named by the details, not by the message", () => {
    const details = { name: "nowhere", kind: "namespaces" };
    const absent = answer(404, { reason: "NotFound", message: "in other words", details });
    expect(missingNamespace(absent)).toBe("nowhere");
    expect(missingNamespace(answer(404, notFound))).toBeUndefined();
    expect(missingNamespace(answer(403, { details }))).toBeUndefined();
  });

  test("the status of an answer is data, and there is none without an answer", () => {
    const why = "the API server answered 403: no";
    expect(failureOf(answer(403, { message: "no" }))).toEqual({ why, code: 403 });
    expect(failureOf(new Error("x"))).toEqual({ why: "the API server could not be reached: x" });
  });

  test("only a connection that broke is a connection loss", () => {
    expect(isConnectionLoss(Object.assign(new Error("x"), { code: "ECONNRESET" }))).toBe(true);
    expect(isConnectionLoss(Object.assign(new Error("x"), { code: "ECONNREFUSED" }))).toBe(false);
    expect(isConnectionLoss(answer(500, ""))).toBe(false);
    expect(isConnectionLoss(undefined)).toBe(false);
  });
});
