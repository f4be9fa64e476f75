import { makePair } from "../../../certificates/authority";
import { CertificateReload, POLL_MS, SETTLE_MS } from "../../../serving/certificate-reload";
import { checkPair } from "../../../serving/key-pair";
import type { MountedFiles } from "../../../serving/mounted-files";

let served: MountedFiles;
let next: MountedFiles;

beforeAll(async () => {
  const [one, two] = await Promise.all([makePair(1), makePair(1)]);
  served = { certificate: one.certificate, key: one.key, apiPath: "path" };
  next = { certificate: two.certificate, key: two.key, apiPath: "path" };
});

/** What became of the files at each look, one look after the other. */
function looks(files: MountedFiles[]): string[] {
  const reload = new CertificateReload(served);
  return files.map((seen, index) => {
    const look = reload.look(seen, index * POLL_MS);
    return look.change === "unusable" ? look.why : look.change;
  });
}

describe("a change of the mounted certificate", () => {
  test("is served once it has lain there for a while, and well within 90 seconds", () => {
    expect(looks([served, next, next, next, next])).toEqual([
      "none",
      "none",
      "none",
      "pair",
      "none",
    ]);
    expect(POLL_MS + SETTLE_MS).toBeLessThanOrEqual(90_000);
  });

  test("counts anew when it changes again meanwhile", () => {
    const mixed = { ...next, key: served.key };
    expect(looks([mixed, mixed, next, next, next])).toEqual([
      "none",
      "none",
      "none",
      "none",
      "pair",
    ]);
  });

  test("is forgotten when it is taken back", () => {
    expect(looks([next, served, next, next, next])).toEqual([
      "none",
      "none",
      "none",
      "none",
      "pair",
    ]);
  });

  test("is refused, and said so once, when key and certificate do not belong together", () => {
    const mixed = { ...next, key: served.key };
    expect(looks([mixed, mixed, mixed, mixed, next, next, next])).toEqual([
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
  ])("is refused: %s", (why, broken) => {
    const files = { ...next, ...broken };
    expect(looks([files, files, files])).toEqual(["none", "none", why]);
  });

  test("is told apart from a change of the path, which needs a new start", () => {
    expect(looks([served, { ...served, apiPath: "another" }])).toEqual(["none", "path"]);
  });
});

describe("a pair", () => {
  test("is good only from its beginning to its end", () => {
    const day = 24 * 3600 * 1000;
    expect(() => checkPair(served, new Date(Date.now() + 2 * day))).toThrow(
      "the certificate ended at",
    );
    expect(() => checkPair(served, new Date(Date.now() - 2 * day))).toThrow(
      "the certificate is valid only from",
    );
  });
});
