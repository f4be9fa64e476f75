import { ApiException } from "@kubernetes/client-node";

import { asked, lookUp, ifThere } from "../../../../cli/api/calls";
import { Failure } from "../../../../cli/terminal/failure";

function answered(code: number, message: string): Promise<never> {
  return Promise.reject(new ApiException(code, message, JSON.stringify({ message }), {}));
}

describe("an answer", () => {
  test("is the value that the call returns", async () => {
    expect(await lookUp("list nodes", () => Promise.resolve([1]))).toEqual({
      known: true,
      value: [1],
    });
  });

  test.each<[string, () => Promise<never>, string]>([
    ["a missing right", () => answered(403, "no"), "needs the right to list nodes"],
    [
      "a missing right, told as a Failure",
      () => asked(answered(403, "no")),
      "needs the right to list nodes",
    ],
    ["an error", () => answered(500, "etcd is away"), "the API server answered 500: etcd is away"],
    ["a Failure", () => Promise.reject(new Failure("it is not so")), "it is not so"],
    [
      "no answer",
      () => Promise.reject(new Error("connect ECONNREFUSED")),
      "the API server could not be reached: connect ECONNREFUSED",
    ],
  ])("reports for %s why nothing is known", async (_what, call, why) => {
    const isForbidden = why === "needs the right to list nodes";
    expect(await lookUp("list nodes", call)).toEqual({ known: false, why, isForbidden });
  });

  test("is asked for again, once, where the connection was lost", async () => {
    const lost = Object.assign(new Error("Premature close"), {
      code: "ERR_STREAM_PREMATURE_CLOSE",
    });
    const call = jest.fn<Promise<string>, []>().mockRejectedValueOnce(lost);
    call.mockResolvedValue("it");
    expect(await lookUp("list nodes", call)).toEqual({ known: true, value: "it" });
    call.mockReset().mockRejectedValue(lost);
    expect(await lookUp("list nodes", call)).toMatchObject({ known: false });
    expect(call).toHaveBeenCalledTimes(2);
  });

  test("does not hide bugs", async () => {
    const bug = new TypeError("undefined is not a function");
    await expect(lookUp("list nodes", () => Promise.reject(bug))).rejects.toBe(bug);
  });

  test.each<[string, (call: Promise<never>) => Promise<never>]>([
    ["as the library says it", call => call],
    ["as a Failure", asked],
  ])("of an object that is not there is undefined, %s", async (_how, wrapped) => {
    await expect(ifThere(wrapped(answered(404, "not found")))).resolves.toBeUndefined();
    await expect(ifThere(wrapped(answered(409, "conflict")))).rejects.toThrow();
  });
});
