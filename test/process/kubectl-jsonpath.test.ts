/** Runs kubectl on the expressions of test/fixtures/jsonpath.ts, without an API server. */
import { spawnSync } from "node:child_process";

import { findBinaries } from "../../testbed/programs/binaries";
import { EXPRESSIONS, POD } from "../fixtures/jsonpath";

let kubectl: string;

beforeAll(async () => {
  ({ kubectl } = await findBinaries(() => undefined));
});

test.each(EXPRESSIONS)("of kubectl, %s prints %j", (expression, due) => {
  const args = ["label", "--local", "--filename=-", "app=shop", "--overwrite"];
  const { status, stdout } = spawnSync(kubectl, [...args, `--output=jsonpath=${expression}`], {
    input: JSON.stringify(POD),
    encoding: "utf8",
  });
  expect(status === 0 ? stdout : "refused").toBe(due);
});
