import { readFileSync, readdirSync } from "node:fs";

import { replaceText } from "../../../../../../cli/commands/lint/fix/write-file";
import { folderOfEachTest } from "../../../../../support/folder-of-test";

const folder = folderOfEachTest("gmsa-write-file-");

test("a file that has another text by now is left as it is", () => {
  const file = folder.file("web.yaml", "what somebody saved meanwhile");
  expect(() => {
    replaceText(file, "what was read", "what was fixed");
  }).toThrow(`${file} changed while it was being fixed, and was not written`);
  expect(readFileSync(file, "utf8")).toBe("what somebody saved meanwhile");
  expect(readdirSync(folder.path)).toEqual(["web.yaml"]);
});

test("a file that is gone is not created again", () => {
  const file = `${folder.path}/web.yaml`;
  expect(() => {
    replaceText(file, "what was read", "what was fixed");
  }).toThrow(`cannot read ${file}: no such file or folder`);
  expect(readdirSync(folder.path)).toEqual([]);
});
