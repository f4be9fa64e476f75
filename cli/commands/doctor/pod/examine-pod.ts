/** Asks one question after the other inside of the containers of a Pod. */
import type { Colours } from "../../../terminal/colours";
import { skip } from "../../../diagnosis/report/check";
import { reportTable } from "../../../diagnosis/report/report-table";
import { checkReport, type CheckReport } from "../../../diagnosis/report/examine";
import { lookBefore } from "./before-exec";
import type { PodContainer } from "./container";
import { besideKerberos, judgeKerberos, KERBEROS } from "./kerberos";
import type { Ran } from "./nltest-output";
import type { Surroundings } from "./read-pod";
import {
  ARRIVED,
  DOMAIN,
  judge,
  LOGON,
  RESET,
  SECURE_CHANNEL,
  type Question,
} from "./container-questions";

/** Runs a command in a container, by its words: no shell is involved. */
export type RunIn = (container: string, command: readonly string[]) => Promise<Ran>;

export interface ContainerReport {
  container: string;
  /** Name of the credspec; empty if there is none. */
  credspec: string;
  /** DNS name of its domain; undefined where there was nothing to ask about. */
  domain: string | undefined;
  checks: CheckReport[];
}

/** What `gmsa doctor pod` prints. */
export interface PodReport {
  /** No check fails. */
  healthy: boolean;
  namespace: string;
  pod: string;
  containers: ContainerReport[];
}

const QUESTIONS: readonly Question[] = [ARRIVED, DOMAIN, LOGON, SECURE_CHANNEL];
const REPAIRABLE = QUESTIONS.filter(({ repairable }) => repairable === true);

export async function examineContainer(
  container: PodContainer,
  surroundings: Surroundings,
  runIn: RunIn,
): Promise<ContainerReport> {
  const { checks, domain } = lookBefore(container, surroundings);
  const { name, credspecName: credspec } = container;
  const asked =
    domain === undefined
      ? [...QUESTIONS, KERBEROS].map(question => checkReport(question, [NOT_ASKED]))
      : await ask(name, domain, runIn);
  return { container: name, credspec, domain, checks: [...checks, ...asked] };
}

/** Whether a new secure channel could help: a credspec is there, and Netlogon is not logged on. */
export function wantsRepair({ domain, checks }: ContainerReport): boolean {
  const levelOf = (question: Question): string | undefined =>
    checks.find(({ name }) => name === question.name)?.level;
  return (
    domain !== undefined &&
    ["pass", "warn"].includes(levelOf(ARRIVED) ?? "") &&
    REPAIRABLE.some(question => ["fail", "warn"].includes(levelOf(question) ?? ""))
  );
}

/** Makes the secure channel anew, and asks again whether it works. */
export async function repairContainer(
  report: ContainerReport,
  runIn: RunIn,
): Promise<ContainerReport> {
  const { container, domain, checks } = report;
  if (domain === undefined) return report;
  const after: CheckReport[] = [];
  for (const question of [RESET, ...REPAIRABLE]) {
    after.push(await askOne(question, { container, domain, runIn, repaired: true }));
  }
  after.push(await askKerberos(container, runIn));
  const before = checks.filter(({ name }) => after.every(check => check.name !== name));
  return { ...report, checks: [...before, ...noted(after)] };
}

interface Inside {
  container: string;
  domain: string;
  runIn: RunIn;
  repaired: boolean;
}

/** Without a credspec, or without nltest, all that nltest is asked then has the same answer. */
async function ask(container: string, domain: string, runIn: RunIn): Promise<CheckReport[]> {
  const reports: CheckReport[] = [];
  for (const question of QUESTIONS) {
    const [first] = reports;
    const goesOn = first === undefined || first.level === "pass" || first.level === "warn";
    reports.push(
      goesOn
        ? await askOne(question, { container, domain, runIn, repaired: false })
        : checkReport(question, [NOT_ASKED]),
    );
  }
  const arrived = reports[0]?.level !== "fail";
  return noted([
    ...reports,
    arrived ? await askKerberos(container, runIn) : checkReport(KERBEROS, [NOT_ASKED]),
  ]);
}

async function askKerberos(container: string, runIn: RunIn): Promise<CheckReport> {
  return checkReport(KERBEROS, [judgeKerberos(await runIn(container, KERBEROS.command))]);
}

/** What Netlogon's connection is worth, beside Kerberos. */
function noted(reports: readonly CheckReport[]): CheckReport[] {
  const kerberos = reports.find(({ name }) => name === KERBEROS.name);
  return reports.map(report =>
    kerberos !== undefined && REPAIRABLE.some(({ name }) => name === report.name)
      ? besideKerberos(report, kerberos)
      : report,
  );
}

async function askOne(question: Question, inside: Inside): Promise<CheckReport> {
  const { container, domain, runIn } = inside;
  const ran = await runIn(container, question.command(domain));
  return checkReport(question, [judge(question, domain, ran, inside)]);
}

const NOT_ASKED = skip("not asked, because of the above");

/** The report on a Pod, of those on its containers. */
export function podReportOf(
  { namespace, pod }: Pick<PodReport, "namespace" | "pod">,
  containers: ContainerReport[],
): PodReport {
  const healthy = containers.every(({ checks }) => checks.every(({ level }) => level !== "fail"));
  return { healthy, namespace, pod, containers };
}

/** The report for people: the checks of each container, below a line that says which one it is. */
export function podTable({ namespace, pod, containers }: PodReport, colours: Colours): string {
  return containers
    .map(report => {
      const title = `Pod ${namespace}/${pod}, container ${report.container}`;
      return `${colours.bold(title)}${credspecOf(report)}\n${reportTable(report, colours)}`;
    })
    .join("\n\n");
}

function credspecOf({ credspec, domain }: ContainerReport): string {
  const name = credspec === "" ? "" : `: credspec ${credspec}`;
  return name === "" || domain === undefined ? name : `${name} of ${domain}`;
}
