import { checkedPair } from "../../../../cli/certificates/read";
import { certificatesIn } from "../../../../pki/trust-bundle";
import { DatedPki } from "../../../fixtures/dated-pki";

const FRESH = { from: -1, to: 300 };
const ENDED = { from: -300, to: -1 };

describe("a pair of the user's with a CA that has ended", () => {
  let pki: DatedPki;

  beforeAll(async () => {
    pki = await DatedPki.make();
  });

  const subjects = (bundle: string): string[] =>
    certificatesIn(bundle).map(({ subject }) => subject);

  test("is used without that CA, which is named", async () => {
    const pair = pki.pair("given", FRESH);
    const endedRoot = pki.ca("ended root", ENDED).certificate;
    for (const ca of [endedRoot + pair.ca, pair.ca + endedRoot]) {
      const checked = await checkedPair({ ...pair, ca }, new Date());
      expect(subjects(checked.pair.ca)).toEqual(subjects(pair.ca));
      expect(checked.ended.map(({ subject }) => subject)).toEqual(["CN=ended root"]);
    }
  });

  test("is used as it is if no CA has ended", async () => {
    const pair = pki.pair("given", FRESH);
    const checked = await checkedPair(pair, new Date());
    expect(subjects(checked.pair.ca)).toEqual(subjects(pair.ca));
    expect(checked).toMatchObject({ ended: [], near: undefined });
  });

  test("is refused if no other CA is left, and nothing is changed", async () => {
    const pair = pki.pair("given", FRESH);
    const endedRoot = pki.ca("ended root", ENDED).certificate;
    await expect(checkedPair({ ...pair, ca: endedRoot }, new Date())).rejects.toThrow(
      "the key pair cannot be used: ",
    );
  });
});
