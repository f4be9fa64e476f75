import { keptPairs } from "../../support/kept-keys";
import { CertificateReload, POLL_MS, SETTLE_MS } from "../../../webhook/certwatcher";
import { checkFiles } from "../../../webhook/mounted-files";
import { checkPair } from "../../../pki/key-pair";
import type { MountedFiles } from "../../../webhook/mounted-files";

let served: MountedFiles;
let next: MountedFiles;

beforeAll(async () => {
  const [one, two] = await keptPairs(1, 1);
  served = { ...one, paths: ["path"], clientCa: "" };
  next = { ...two, paths: ["path"], clientCa: "" };
});

/** The result of each round, one after the other. */
async function looks(files: MountedFiles[]): Promise<string[]> {
  const reload = new CertificateReload(served, checkFiles);
  const changes: string[] = [];
  for (const [index, seen] of files.entries()) {
    const look = await reload.look(seen, index * POLL_MS);
    changes.push(look.change === "unusable" ? look.why : look.change);
  }
  return changes;
}

describe("a change of the mounted certificate", () => {
  test("is served once it has lain there for a while, and well within 90 seconds", async () => {
    expect(await looks([served, next, next, next, next])).toEqual([
      "none",
      "none",
      "none",
      "pair",
      "none",
    ]);
    expect(POLL_MS + SETTLE_MS).toBeLessThanOrEqual(90_000);
  });

  test("counts again from the start when it changes meanwhile", async () => {
    const mixed = { ...next, key: served.key };
    expect(await looks([mixed, mixed, next, next, next])).toEqual([
      "none",
      "none",
      "none",
      "none",
      "pair",
    ]);
  });

  test("is forgotten when it is undone", async () => {
    expect(await looks([next, served, next, next, next])).toEqual([
      "none",
      "none",
      "none",
      "none",
      "pair",
    ]);
  });

  test("is refused, and reported once, when key and certificate do not belong together", async () => {
    const mixed = { ...next, key: served.key };
    expect(await looks([mixed, mixed, mixed, mixed, next, next, next])).toEqual([
      "none",
      "none",
      "the private key is not that of the certificate",
      "none",
      "none",
      "none",
      "pair",
    ]);
  });

  test.each([
    ["the certificate cannot be read", { certificate: "" }],
    ["the private key cannot be read", { key: "no key" }],
  ])("is refused: %s", async (why, broken) => {
    const files = { ...next, ...broken };
    expect(await looks([files, files, files])).toEqual(["none", "none", why]);
  });

  test("is refused when an API server would not trust it, until its CA is mended", async () => {
    const mismatched = { ...next, ca: served.ca };
    expect(await looks([mismatched, mismatched, mismatched, mismatched, next, next, next])).toEqual(
      [
        "none",
        "none",
        expect.stringContaining("an API server that trusts its CA would not accept it") as string,
        "none",
        "none",
        "none",
        "pair",
      ],
    );
  });

  test("is not seen if only the paths change", async () => {
    expect(await looks([served, { ...served, paths: ["another"] }])).toEqual(["none", "none"]);
  });
});

describe("a pair", () => {
  test("is valid only between its start and its end", () => {
    const day = 24 * 3600 * 1000;
    expect(() => checkPair(served, new Date(Date.now() + 2 * day))).toThrow(
      "the certificate expired at",
    );
    expect(() => checkPair(served, new Date(Date.now() - 2 * day))).toThrow(
      "the certificate is valid only from",
    );
  });
});
