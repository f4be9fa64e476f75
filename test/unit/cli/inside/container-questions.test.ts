import { readFileSync } from "node:fs";
import { join } from "node:path";

import { MEANINGS } from "../../../../cli/inside/meanings";
import {
  ARRIVED,
  DOMAIN,
  judge,
  LOGON,
  RESET,
  SECURE_CHANNEL,
} from "../../../../cli/inside/container-questions";
import type { Question } from "../../../../cli/inside/container-questions";
import { NLTEST_DOMAIN, nltestCases } from "../../../fixtures/nltest-case";

const QUESTIONS = [ARRIVED, DOMAIN, LOGON, SECURE_CHANNEL, RESET];
const cases = nltestCases();

function questionOf(argument: string): Question {
  const found = QUESTIONS.find(each => each.command(NLTEST_DOMAIN)[1] === argument);
  if (found === undefined) throw new Error(`nobody asks nltest ${argument}`);
  return found;
}

describe("answers of nltest", () => {
  test.each(cases)(
    "$name",
    ({ command, exitCode = 0, stdout = "", stderr = "", expect: wanted }) => {
      const ran = { outcome: "ended" as const, exitCode, stdout, stderr };

      const { level, message, remedy = "" } = judge(questionOf(command), NLTEST_DOMAIN, ran);

      expect({ level, message }).toEqual({ level: wanted.level, message: wanted.message });
      expect(remedy).toContain(wanted.remedy ?? "");
      // Each problem has a remedy.
      expect(remedy).toMatch(level === "pass" ? /^$/ : /^.{10,}\.$/);
    },
  );

  test.each(Object.entries(MEANINGS))("there is a case with code %s", (code, { name }) => {
    const said = cases.filter(({ expect: { message } }) =>
      message.includes(` answers ${code} ${name}: `),
    );
    expect(said).not.toEqual([]);
  });

  test("docs/reference/checks.md has a row for each code, in order, with its meaning", () => {
    const page = readFileSync(join(__dirname, "../../../../docs/reference/checks.md"), "utf8");
    const rows = [...page.matchAll(/^\| (\d+) +\| `(\w+)` +\| (.+?) +\|/gm)];
    const documented = rows.map(([, code, name, means]) => [code, name, means]);
    expect(documented).toEqual(
      Object.entries(MEANINGS).map(([code, { name, means }]) => [code, name, means]),
    );
  });

  test.each(cases)("$name: after a repair, no other one is proposed", ({ command, ...answer }) => {
    const { exitCode = 0, stdout = "", stderr = "" } = answer;
    const ran = { outcome: "ended" as const, exitCode, stdout, stderr };
    const { remedy = "" } = judge(questionOf(command), NLTEST_DOMAIN, ran, { repaired: true });
    expect(remedy).not.toContain("--repair");
  });

  test("a missing nltest, a missing right and a missing answer are distinguished", () => {
    const say = (ran: Parameters<typeof judge>[2]): string => {
      const { level, message } = judge(LOGON, NLTEST_DOMAIN, ran);
      return `${level}: ${message}`;
    };
    expect(say({ outcome: "no such program" })).toBe(
      "unknown: this container does not have nltest",
    );
    expect(say({ outcome: "not allowed", why: "needs the right to x" })).toBe(
      "unknown: needs the right to x",
    );
    expect(say({ outcome: "failed", why: "no answer within 60 s" })).toBe(
      "fail: nltest /query: no answer within 60 s",
    );
  });
});
