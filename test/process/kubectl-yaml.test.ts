/** Runs kubectl on the texts of test/fixtures/read-by-kubectl.ts, without an API server. */
import { spawnSync } from "node:child_process";

import { findBinaries } from "../../testbed/programs/binaries";
import { documentsIn } from "../../cli/manifests/documents";
import { scalarsText, scalarsValue, TEXTS } from "../fixtures/read-by-kubectl";

let kubectl: string;

beforeAll(async () => {
  ({ kubectl } = await findBinaries(() => undefined));
});

/** The `spec` of each object that kubectl finds in a text. */
function specsOf(text: string): unknown[] | "refused" {
  const args = ["label", "--local", "--filename=-", "read=yes", "--output=json"];
  const { status, stdout } = spawnSync(kubectl, args, { input: text, encoding: "utf8" });
  if (status !== 0) return "refused";
  return documentsIn(stdout)
    .map(({ value }) => value)
    .filter(value => value !== undefined)
    .map(value => (value as { spec?: unknown }).spec);
}

describe("kubectl", () => {
  test("reads every scalar as in the table", () => {
    expect(specsOf(scalarsText())).toEqual([scalarsValue()]);
  });

  test.each(TEXTS)("reads %s as in the table", (_, text, specs) => {
    expect(specsOf(text)).toEqual(specs);
  });
});
