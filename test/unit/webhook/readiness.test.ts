import { AWAY_MS, Readiness } from "../../../webhook/readiness";

const DATE = new Date("2030-01-01T00:00:00Z");

describe("readiness", () => {
  test("holds while the API server is away for a moment, and ends when that lasts", () => {
    const readiness = new Readiness(0);
    readiness.apiServerAnswered(1000);
    expect(readiness.reasons(1000 + AWAY_MS - 1, DATE)).toEqual([]);
    expect(readiness.reasons(1000 + AWAY_MS, DATE)).toEqual([
      "the API server has not answered for 60 s",
    ]);
    readiness.apiServerAnswered(200_000);
    expect(readiness.reasons(200_000, DATE)).toEqual([]);
  });

  test("ends when the certificate expires", () => {
    const readiness = new Readiness(0);
    readiness.notAfter = DATE;
    expect(readiness.reasons(0, new Date(DATE.getTime() - 1))).toEqual([]);
    expect(readiness.reasons(0, DATE)).toEqual([
      "the certificate expired at 2030-01-01T00:00:00.000Z",
    ]);
  });

  test("begins when there is nothing left to wait for", () => {
    const readiness = new Readiness(0);
    readiness.waitsFor = "peprstores.pepr.dev pepr-gmsa-store";
    expect(readiness.reasons(0, DATE)).toEqual(["waiting for peprstores.pepr.dev pepr-gmsa-store"]);
    readiness.waitsFor = undefined;
    expect(readiness.reasons(0, DATE)).toEqual([]);
  });

  test("begins when the replica has warmed up", () => {
    const readiness = new Readiness(0);
    readiness.rehearsing = true;
    expect(readiness.reasons(0, DATE)).toEqual(["warming up"]);
    readiness.rehearsing = false;
    expect(readiness.reasons(0, DATE)).toEqual([]);
  });

  test("ends when the process is about to", () => {
    const readiness = new Readiness(0);
    readiness.draining = true;
    expect(readiness.reasons(0, DATE)).toEqual(["terminating"]);
  });
});
