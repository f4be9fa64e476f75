import { setTimeout as sleep } from "node:timers/promises";

import type { Answered, Asked } from "../../../../../tools/bench/api-server";
import { Changes } from "../../../../../tools/bench/scale/changes";
import { History } from "../../../../../tools/bench/scale/history";
import { PersistentApi } from "../../../../../tools/bench/scale/persistent";
import type { Answer } from "../../../../../tools/bench/scale/verdict";
import { judgeAll } from "../../../../../tools/bench/scale/verdicts";

const POPULATION = { credspecs: 1, namespaces: 1, serviceAccounts: 2 };
const PATIENCE = { firstPause: 1, end: 50 };
const LOST = new Error("read ECONNRESET");
const GRANT: Asked = { method: "POST", path: "/bindings" };
const REVOCATION: Asked = { method: "DELETE", path: "/bindings/use-gmsa-0" };

/** An API server that gives these answers in turn, and then repeats the last one. */
function apiWith(...answers: (number | Error)[]): { send: () => Promise<Answered>; sent: number } {
  const api = {
    sent: 0,
    send: (): Promise<Answered> => {
      const answer = answers[Math.min(api.sent++, answers.length - 1)];
      if (typeof answer !== "number") return Promise.reject(answer ?? LOST);
      return Promise.resolve({ status: answer, content: Buffer.from(`status ${answer}`) });
    },
  };
  return api;
}

function persistent(
  api: ReturnType<typeof apiWith>,
  signal = new AbortController().signal,
): PersistentApi {
  return new PersistentApi(api, signal, PATIENCE);
}

describe("a request to an API server that does not answer", () => {
  it.each([
    ["a lost connection", LOST],
    ["too many requests", 429],
    ["an internal error", 500],
    ["an API server that starts", 503],
  ])("is sent again after %s", async (_what, first) => {
    const api = apiWith(first, first, 201);
    const again = persistent(api);
    expect((await again.sendOk(GRANT)).toString()).toBe("status 201");
    expect({ sent: api.sent, repeated: again.repeated }).toEqual({ sent: 3, repeated: 2 });
  });

  it.each([
    ["a creation whose object exists", GRANT, 409],
    ["a deletion whose object is gone", REVOCATION, 404],
  ])("has taken effect if the second attempt gets %s", async (_what, asked, status) => {
    const again = persistent(apiWith(LOST, status));
    expect((await again.sendOk(asked)).toString()).toBe(`status ${status}`);
  });

  it.each([
    ["a creation whose object exists", GRANT, 409],
    ["a deletion whose object is gone", REVOCATION, 404],
    ["a request that is not valid", GRANT, 422],
  ])("is not sent again if it is %s", async (_what, asked, status) => {
    const api = apiWith(status);
    await expect(persistent(api).sendOk(asked)).rejects.toThrow(`HTTP ${status}: status ${status}`);
    expect(api.sent).toBe(1);
  });

  it("is given up in the end, after pauses that double", async () => {
    const api = apiWith(LOST);
    const start = performance.now();
    await expect(persistent(api).sendOk(GRANT)).rejects.toThrow("POST /bindings: read ECONNRESET");
    expect(performance.now() - start).toBeGreaterThan(25);
    // Pauses of 1, 2, 4, 8 and 16 ms fit, and one of 32 ms does not.
    expect(api.sent).toBeLessThanOrEqual(6);
    expect(api.sent).toBeGreaterThan(2);
  });

  it("is given up at once when the program ends", async () => {
    const stop = new AbortController();
    const api = apiWith(LOST);
    const answer = persistent(api, stop.signal).sendOk(GRANT);
    stop.abort();
    await expect(answer).rejects.toThrow("aborted");
    expect(api.sent).toBe(1);
  });
});

describe("changes while the API server is away", () => {
  async function changesWith(api: ReturnType<typeof apiWith>): Promise<[Changes, History]> {
    const history = new History(POPULATION);
    const changes = new Changes({
      ...{ api: persistent(api), population: POPULATION, history },
      perSecond: 200,
    });
    await sleep(300);
    await changes.stop();
    return [changes, history];
  }

  it("are counted as lost, with the reason, and no further change of an unknown state follows", async () => {
    const api = apiWith(LOST);
    const [{ made }] = await changesWith(api);
    expect({ grants: made.grants, credspecs: made.credspecs }).toEqual({ grants: 0, credspecs: 0 });
    // There is one credential spec, so there is one change.
    expect(made.lost).toEqual([expect.stringContaining("read ECONNRESET")]);
  });

  it("may have taken effect or not: both answers are right afterwards", async () => {
    const [, history] = await changesWith(apiWith(LOST));
    const start = performance.timeOrigin + performance.now() + 60_000;
    const span = { credspec: 0, account: 0, start, end: start + 1 };
    const isGrant = !history.of(0).granted.isSettled;
    const answers: Answer[] = [
      { ...span, outcome: { kind: "admitted", version: 1 } },
      {
        ...span,
        outcome: isGrant
          ? { kind: "refused", reason: "not authorized" }
          : history.of(0).contents.current === "absent"
            ? { kind: "refused", reason: "no such credspec" }
            : { kind: "admitted", version: 2 },
      },
    ];
    expect(judgeAll(answers, history, 1000)).toMatchObject({ right: 2, wrong: 0 });
    const foreign: Answer = { ...span, account: 1, outcome: { kind: "admitted", version: 1 } };
    expect(judgeAll([foreign], history, 1000)).toMatchObject({ wrong: 1 });
  });
});
