/** Pure: the questions to a container, and verdicts on the answers. */
import { shortened } from "../../../rules/text";
import { judge as judgeNltest, SECURE_CHANNEL } from "../../inside/container-questions";
import { judgeKerberos, KERBEROS } from "../../inside/kerberos";
import type { Ran } from "../../inside/nltest-output";
import { powershellCommand } from "../../inside/powershell";
import type { Observed } from "../../diagnosis/report/check";
import { checked, type Check, type Reason } from "./checks";
import type { Question, Targets } from "./case-model";
import { FIRST_LINE, LAST_LINE, shareScript, sqlScript } from "./target-scripts";

/** The account of the credential spec, and the other targets of questions. */
export interface AskedAbout extends Targets {
  account: string;
  domain: string;
}

/** The container that was asked. */
export interface Asked {
  subject: string;
  container: string;
}

/** The command of a question, as a list of arguments. */
export function commandOf(question: Question, of: AskedAbout): readonly string[] {
  switch (question) {
    case "kerberos":
      return KERBEROS.command;
    case "netlogon":
      return SECURE_CHANNEL.command(of.domain);
    case "hostname":
      return ["hostname"];
    case "share":
      return powershellCommand(shareScript(of.share ?? ""));
    case "sql":
      return powershellCommand(sqlScript(of.sql ?? ""));
  }
}

/** Kerberos and the services that use it count. Netlogon and the container's own hostname are notes. */
export function judgeAnswer(question: Question, asked: Asked, ran: Ran, of: AskedAbout): Check {
  const check = { name: question, ...asked } as const;
  const isNote = question === "netlogon" || question === "hostname";
  if (ran.outcome !== "ended") {
    return checked(check, WITHOUT_ANSWER[ran.outcome], {
      detail: "why" in ran ? ran.why : "",
      isNote,
    });
  }
  const { reason, detail } = ANSWERS[question](ran, of);
  return checked(check, reason, { detail, isNote, ...evidenceOf(ran) });
}

const WITHOUT_ANSWER = {
  "no such program": "no program",
  "not allowed": "no right",
  failed: "no answer",
} as const satisfies Record<Exclude<Ran["outcome"], "ended">, Reason>;

type Ended = Extract<Ran, { outcome: "ended" }>;
interface Answer {
  reason: Reason;
  detail: string;
}

const ANSWERS: Readonly<Record<Question, (ran: Ended, of: AskedAbout) => Answer>> = {
  kerberos: ran => ofObserved(judgeKerberos(ran), "ticket", "no ticket"),
  netlogon: (ran, { domain }) =>
    ofObserved(judgeNltest(SECURE_CHANNEL, domain, ran), "channel", "channel down"),
  hostname: ({ stdout, exitCode }) =>
    exitCode === 0 && stdout.trim() !== ""
      ? { reason: "named", detail: stdout.trim() }
      : { reason: "unreadable", detail: `exit code ${exitCode}` },
  share: ran =>
    scriptAnswer(ran, {
      value: /^share=(\d+)$/m,
      error: /^share-error=(.+)$/m,
      good: count => ({ reason: "share read", detail: `${count} entries` }),
      bad: "share denied",
    }),
  sql: (ran, of) =>
    scriptAnswer(ran, {
      value: /^sql=(.+)$/m,
      error: /^sql-error=(.+)$/m,
      good: login => loginOf(login, of),
      bad: "login denied",
    }),
};

function ofObserved({ level, message }: Observed, good: Reason, bad: Reason): Answer {
  if (level === "pass" || level === "warn") return { reason: good, detail: message };
  return { reason: level === "fail" ? bad : "unreadable", detail: message };
}

interface ScriptAnswer {
  value: RegExp;
  error: RegExp;
  good: (value: string) => Answer;
  bad: Reason;
}

/** An answer without its first and last line was cut off, or comes from another program. */
function scriptAnswer(
  { stdout, exitCode }: Ended,
  { value, error, good, bad }: ScriptAnswer,
): Answer {
  const text = stdout.replaceAll("\r", "");
  const isWhole = text.includes(`${FIRST_LINE}\n`) && text.includes(LAST_LINE);
  const [, found] = value.exec(text) ?? [];
  const [, failure] = error.exec(text) ?? [];
  if (isWhole && found !== undefined) return good(found);
  if (isWhole && failure !== undefined) return { reason: bad, detail: failure };
  return { reason: "unreadable", detail: `exit code ${exitCode}` };
}

/** A login such as `CONTOSO\webapp1$`. The name of the domain does not matter. */
function loginOf(login: string, { account }: AskedAbout): Answer {
  const [name = ""] = login.split("\\").slice(-1);
  const isOwn = name.toLowerCase() === `${account.toLowerCase()}$`;
  return { reason: isOwn ? "logged in" : "another login", detail: login };
}

/** Maximum length of an answer in a report, in characters. */
export const MOST_EVIDENCE = 800;

function evidenceOf({ stdout, stderr }: Ended): Pick<Check, "evidence"> {
  const text = `${stdout}\n${stderr}`
    .replaceAll("\r", "")
    // Remove control characters, which a terminal or a viewer of reports would interpret.
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .replace(/\n{2,}/g, "\n")
    .trim();
  if (text === "") return {};
  return { evidence: shortened(text, MOST_EVIDENCE) };
}
