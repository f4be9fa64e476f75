/**
 * Pure: whether the account gets Kerberos tickets, from the answer of klist. This answer decides: on some
 * builds of Windows, Netlogon's secure channel, which nltest reports, is down although Kerberos works.
 *
 * Output: https://learn.microsoft.com/windows-server/administration/windows-commands/klist
 */
import { fail, pass, warn, type Observed } from "../diagnosis/report/check";
import { checkReport, type CheckReport } from "../diagnosis/report/examine";
import { kerberosMeaning } from "./nt-status";
import type { Ran } from "./nltest-output";

/** Requests a ticket from a domain controller, even if one is cached. */
export const KERBEROS = {
  name: "kerberos",
  title: "The account gets Kerberos tickets",
  command: ["klist", "get", "krbtgt"],
} as const;

const SAID = KERBEROS.command.join(" ");
/**
 * A code as klist prints it: "0xc000018b/-1073741429". In other languages and code pages, it may directly
 * follow a letter, and the minus may be a different character.
 */
const FAILED_WITH = /0x([0-9a-f]{1,8}) ?\/ ?([-\u2212\u2013]?)(\d+)/gi;
/** The code of the API that klist calls. The name of the function is the same in every language. */
const API_ERROR = /LsaCallAuthenticationPackage.*?0x([0-9a-f]{1,8})\b/i;
/** An NTSTATUS or HRESULT error. The flags of tickets are smaller numbers. */
const ERROR_CLASS = /0x([89a-f][0-9a-f]{7})\b/i;
/** A ticket in the list that begins with "#0>": "krbtgt/CONTOSO.COM @ CONTOSO.COM". */
const TICKET = /#\d+>[^]*?\bkrbtgt\/(\S+) *@ *\S+/i;

/** Judges an answer by its numbers and names alone, because Windows may be in any language. */
export function judgeKerberos(ran: Ran): Observed {
  switch (ran.outcome) {
    case "no such program":
      return { level: "unknown", message: "this container does not have klist" };
    case "not allowed":
      return { level: "unknown", message: ran.why };
    case "failed":
      return { level: "unknown", message: `${SAID}: ${ran.why}` };
    case "ended":
      return judgeAnswer(`${ran.stdout}\n${ran.stderr}`, ran.exitCode);
  }
}

function judgeAnswer(text: string, exitCode: number): Observed {
  const code = codeIn(text);
  if (code !== undefined) {
    const { said, means, remedy } = kerberosMeaning(code);
    return fail(`${SAID} answers ${said}${means === undefined ? "" : `: ${means}`}`, remedy);
  }
  const [, realm] = TICKET.exec(text) ?? [];
  if (realm !== undefined && exitCode === 0) return pass(`there is a ticket of ${realm}`);
  return {
    level: "unknown",
    message: `${SAID} ended with exit code ${exitCode}, and shows neither a ticket nor an error`,
    remedy: "Run it with `kubectl exec` to see the whole answer.",
  };
}

/** The error in the answer of klist. Undefined if there is none. */
export function kerberosCodeOf(ran: Ran): number | undefined {
  return ran.outcome === "ended" ? codeIn(`${ran.stdout}\n${ran.stderr}`) : undefined;
}

/** The code at the end is the most specific. Without one, uses the API's code, then any error code. */
function codeIn(text: string): number | undefined {
  const alone = [API_ERROR, ...(TICKET.test(text) ? [] : [ERROR_CLASS])].map(pattern =>
    parseInt(pattern.exec(text)?.[1] ?? "0", 16),
  );
  return [...codesTwice(text), ...alone].find(code => code !== 0);
}

/** Codes that are printed twice, in hexadecimal and in decimal. Other numbers, such as LogonIds, are not. */
function codesTwice(text: string): number[] {
  return [...text.matchAll(FAILED_WITH)]
    .map(([, hexadecimal = "", minus = "", digits = ""]) => ({
      code: parseInt(hexadecimal, 16),
      again: Number(`${minus === "" ? "" : "-"}${digits}`) >>> 0,
    }))
    .filter(({ code, again }) => code === again)
    .map(({ code }) => code);
}

const KERBEROS_WORKS =
  "Kerberos works. NTLM and the lookup of account names depend on Netlogon: repair it if the application needs them.";

const WORKS_NOW = "Kerberos works nevertheless.";

/** Turns a failure of another check of the domain into a warning if Kerberos works. */
export function besideKerberos(
  other: CheckReport,
  kerberos: CheckReport,
  { ofNetlogon }: { ofNetlogon: boolean },
): CheckReport {
  if (kerberos.level !== "pass" || other.level !== "fail") return other;
  const note = ofNetlogon ? KERBEROS_WORKS : WORKS_NOW;
  return checkReport(
    other,
    other.observed.map(one =>
      one.level === "fail"
        ? warn(one.message, [note, one.remedy ?? ""].filter(text => text !== "").join(" "))
        : one,
    ),
  );
}
