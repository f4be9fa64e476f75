/** Asks the containers of a Pod one question after the other. */
import type { Colours } from "../../../terminal/colours";
import { skip } from "../../../diagnosis/report/check";
import { reportTable } from "../../../diagnosis/report/report-table";
import { checkReport, type CheckReport } from "../../../diagnosis/report/examine";
import { adviceOn, isAdvice } from "./account-advice";
import { accountIn } from "../../../inside/names-in-credspec";
import { lookBefore } from "./before-exec";
import type { PodContainer } from "./container";
import { besideKerberos, judgeKerberos, KERBEROS, kerberosCodeOf } from "../../../inside/kerberos";
import { judgeNetwork, NETWORK } from "./domain-network";
import { networkCommand } from "./network-script";
import type { Ran } from "../../../inside/nltest-output";
import type { Surroundings } from "./read-pod";
import {
  ARRIVED,
  DOMAIN,
  judge,
  LOGON,
  RESET,
  SECURE_CHANNEL,
  type Question,
} from "../../../inside/container-questions";

/** Runs a command in a container. The arguments are passed as they are, without a shell. */
export type RunIn = (container: string, command: readonly string[]) => Promise<Ran>;

export interface ContainerReport {
  container: string;
  /** Name of the credential spec; empty if there is none. */
  credspec: string;
  /** DNS name of its domain. Undefined if the container was not asked. */
  domain: string | undefined;
  /** Name of its account, or ACCOUNT if it is not a valid name. */
  account: string;
  checks: CheckReport[];
}

/** The output of `gmsa doctor pod`. */
export interface PodReport {
  /** No check fails, and the account gets tickets in every container. An unknown result is not enough. */
  healthy: boolean;
  /** At least one check fails. Unknown results do not count. */
  failed: boolean;
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
  const account = accountIn(container.contents);
  const asked =
    domain === undefined
      ? [...QUESTIONS, KERBEROS, NETWORK].map(question => checkReport(question, [NOT_ASKED]))
      : await ask({ container: name, domain, account, runIn, repaired: false });
  return { container: name, credspec, domain, account, checks: [...checks, ...asked] };
}

/**
 * Whether a reset of the secure channel may help: a credential spec has arrived, and Netlogon is not logged
 * on.
 */
export function wantsRepair({ domain, checks }: ContainerReport): boolean {
  const levelOf = (question: Question): string | undefined =>
    checks.find(({ name }) => name === question.name)?.level;
  return (
    domain !== undefined &&
    ["pass", "warn"].includes(levelOf(ARRIVED) ?? "") &&
    REPAIRABLE.some(question => ["fail", "warn"].includes(levelOf(question) ?? ""))
  );
}

/** Resets the secure channel, and asks again whether it works. */
export async function repairContainer(
  report: ContainerReport,
  runIn: RunIn,
): Promise<ContainerReport> {
  const { container, domain, account, checks } = report;
  if (domain === undefined) return report;
  const inside = { container, domain, account, runIn, repaired: true };
  const after: CheckReport[] = [];
  for (const question of [RESET, ...REPAIRABLE]) {
    after.push(await askOne(question, inside));
  }
  after.push(...(await askKerberos(inside)));
  const before = checks.filter(
    check => !isAdvice(check) && after.every(({ name }) => check.name !== name),
  );
  return { ...report, checks: [...before, ...noted(after)] };
}

interface Inside {
  container: string;
  domain: string;
  account: string;
  runIn: RunIn;
  repaired: boolean;
}

async function ask(inside: Inside): Promise<CheckReport[]> {
  const [logon, network] = await Promise.all([askLogon(inside), askNetwork(inside)]);
  return noted([...logon, network]);
}

/**
 * Stops asking nltest after a failure of the first question: without a credential spec or nltest, all further
 * answers would be the same.
 */
async function askLogon(inside: Inside): Promise<CheckReport[]> {
  const reports: CheckReport[] = [];
  for (const question of QUESTIONS) {
    const [first] = reports;
    const goesOn = first === undefined || first.level === "pass" || first.level === "warn";
    reports.push(goesOn ? await askOne(question, inside) : checkReport(question, [NOT_ASKED]));
  }
  return [...reports, ...(await askKerberos(inside))];
}

/** Adds advice if it fails. */
async function askKerberos({ container, runIn, ...of }: Inside): Promise<CheckReport[]> {
  const ran = await runIn(container, KERBEROS.command);
  return [checkReport(KERBEROS, [judgeKerberos(ran)]), ...adviceOn(kerberosCodeOf(ran), of)];
}

async function askNetwork({ container, domain, runIn }: Inside): Promise<CheckReport> {
  return checkReport(NETWORK, judgeNetwork(await runIn(container, networkCommand(domain)), domain));
}

/** Checks that a ticket overrides: without a sufficient connection to the domain there would not be one. */
const ABOUT_DOMAIN = [...QUESTIONS, NETWORK].map(({ name }) => name);

/** Reports failures of Netlogon and of the network as warnings if Kerberos works. */
function noted(reports: readonly CheckReport[]): CheckReport[] {
  const kerberos = reports.find(({ name }) => name === KERBEROS.name);
  return reports.map(report =>
    kerberos !== undefined && ABOUT_DOMAIN.includes(report.name)
      ? besideKerberos(report, kerberos, { ofNetlogon: report.name !== NETWORK.name })
      : report,
  );
}

async function askOne(question: Question, inside: Inside): Promise<CheckReport> {
  const { container, domain, runIn } = inside;
  const ran = await runIn(container, question.command(domain));
  return checkReport(question, [judge(question, domain, ran, inside)]);
}

const NOT_ASKED = skip("not asked, because of the problem above");

/** Combines the reports of the containers to a report on the Pod. */
export function podReportOf(
  { namespace, pod }: Pick<PodReport, "namespace" | "pod">,
  containers: ContainerReport[],
): PodReport {
  const checks = containers.flatMap(container => container.checks);
  const failed = checks.some(({ level }) => level === "fail");
  const hasTickets = checks.every(({ name, level }) => name !== KERBEROS.name || level === "pass");
  return { healthy: !failed && hasTickets, failed, namespace, pod, containers };
}

/** Prints the checks of each container below a line with its name. */
export function podTable({ namespace, pod, containers }: PodReport, colours: Colours): string {
  return containers
    .map(report => {
      const title = `Pod ${namespace}/${pod}, container ${report.container}`;
      return `${colours.bold(title)}${credspecOf(report)}\n${reportTable(report, colours)}`;
    })
    .join("\n\n");
}

function credspecOf({ credspec, domain }: ContainerReport): string {
  const name = credspec === "" ? "" : `: credential spec ${credspec}`;
  return name === "" || domain === undefined ? name : `${name} of ${domain}`;
}
