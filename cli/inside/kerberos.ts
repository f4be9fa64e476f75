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
/** A code as klist prints it: "0xc000018b/-1073741429". */
const FAILED_WITH = /\b0x([0-9a-f]{1,8})\/(-?\d+)/gi;
/** The name of a ticket: "krbtgt/CONTOSO.COM @ CONTOSO.COM". */
const TICKET = /\bkrbtgt\/(\S+) *@ *\S+/i;

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
    remedy: "Run it with kubectl exec to see the whole answer.",
  };
}

/** The error in the answer of klist. Undefined if there is none. */
export function kerberosCodeOf(ran: Ran): number | undefined {
  return ran.outcome === "ended" ? codeIn(`${ran.stdout}\n${ran.stderr}`) : undefined;
}

/** The code appears in hexadecimal and decimal. Other numbers, such as LogonIds, have other formats. */
function codeIn(text: string): number | undefined {
  return [...text.matchAll(FAILED_WITH)]
    .map(([, hexadecimal = "", decimal]) => ({
      code: parseInt(hexadecimal, 16),
      again: Number(decimal) >>> 0,
    }))
    .find(({ code, again }) => code === again && code !== 0)?.code;
}

const KERBEROS_WORKS =
  "Kerberos works. NTLM and the lookup of account names depend on Netlogon: repair it if the application needs them.";

/** If Kerberos works, failures of Netlogon are only warnings. */
export function besideKerberos(netlogon: CheckReport, kerberos: CheckReport): CheckReport {
  if (kerberos.level !== "pass" || netlogon.level !== "fail") return netlogon;
  return checkReport(
    netlogon,
    netlogon.observed.map(({ message, remedy = "" }) =>
      warn(message, [KERBEROS_WORKS, remedy].filter(text => text !== "").join(" ")),
    ),
  );
}
