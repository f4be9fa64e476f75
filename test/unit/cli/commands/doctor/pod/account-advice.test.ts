import { readFileSync } from "node:fs";
import { join } from "node:path";

import {
  ADVICE,
  adviceOn,
  isAdvice,
} from "../../../../../../cli/commands/doctor/pod/account-advice";
import { accountIn } from "../../../../../../cli/inside/names-in-credspec";
import { kerberosCodeOf } from "../../../../../../cli/inside/kerberos";
import { rowsOf } from "../../../../../../cli/commands/explain/table-rows";
import { CODES as CHECK_CODES } from "../../../../../../cli/diagnosis/check-codes";
import { CODES } from "../../../../../../rules/codes";
import { validContents } from "../../../../../../testbed/objects/valid-credspec";
import { recordedKlist } from "../../../../../fixtures/klist-case";

const OF = { account: "webapp1", domain: "contoso.com" };

function adviceOnKlist(name: string): (string | undefined)[] {
  const stdout = recordedKlist(name);
  const code = kerberosCodeOf({ outcome: "ended", exitCode: 1, stdout, stderr: "" });
  return adviceOn(code, OF).map(check => check.code);
}

test.each([
  ["access-denied", ["GMSA190"]],
  ["no-logon-servers", ["GMSA190"]],
  ["encryption", ["GMSA191"]],
  ["encryption-not-supported", ["GMSA191"]],
  ["unknown-target", ["GMSA192"]],
  ["no-account-in-french", ["GMSA193"]],
  ["another-code", []],
  ["nothing-known", []],
  ["success", []],
  ["success-in-german", []],
])("on klist's %s: %j", (name, codes) => {
  expect(adviceOnKlist(name)).toEqual(codes);
});

test("advice has level unknown, and the complete command to run", () => {
  const [advice] = adviceOn(0x80090342, OF);
  expect(advice?.level).toBe("unknown");
  expect(advice?.observed[0]?.remedy).toContain(
    "Set-ADServiceAccount -Identity webapp1 -Server contoso.com -KerberosEncryptionType AES128,AES256`.",
  );
  expect(advice !== undefined && isAdvice(advice)).toBe(true);
});

test("only a valid name of an account gets into a command", () => {
  const named = (name: unknown): string =>
    accountIn(JSON.stringify({ DomainJoinConfig: { MachineAccountName: name } }));
  expect([validContents("x"), "{"].map(accountIn)).toEqual(["x", "ACCOUNT"]);
  expect(["webapp1$", "web; Remove-Item C:", "$(calc)", 7].map(named)).toEqual([
    ...["webapp1", "ACCOUNT", "ACCOUNT", "ACCOUNT"],
  ]);
});

describe("the codes of advice", () => {
  const page = readFileSync(join(__dirname, "../../../../../../docs/reference/checks.md"), "utf8");

  test.each(ADVICE)("$code has one row in docs/reference/checks.md", ({ code, name }) => {
    const rows = rowsOf(page, code);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).toContain(name);
  });

  test("differ from all other codes, and from each other", () => {
    const others: readonly string[] = [...CHECK_CODES, ...Object.values(CODES)];
    const codes = ADVICE.map(({ code }) => code);
    expect(codes.filter(code => others.includes(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
