/** Pure: the questions to a container, and their results. */
import { fail, pass, warn, type Observed } from "../diagnosis/report/check";
import { MEANINGS, NO_ADMINISTRATOR, NOT_ARRIVED, type Meaning } from "./meanings";
import { readNltestOutput, type NltestOutput, type NltestStatus, type Ran } from "./nltest-output";

const ACCESS_DENIED = 5;
const SERVER_UNAVAILABLE = 1722;
const UNKNOWN_INTERFACE = 1717;

/** One nltest command. */
export interface Question {
  /** Its name in the report. */
  name: string;
  title: string;
  /** A reset of the secure channel may change the answer. */
  repairable?: true;
  /** @param domain DNS name of the domain, from the credential spec. */
  command(domain: string): string[];
  /** The result for an answer without an error. */
  success(answer: NltestOutput, domain: string): Observed;
}

/** Whether Netlogon uses a credential spec. It also does if the account does not exist. */
export const ARRIVED: Question = {
  name: "arrived",
  title: "The credential spec is in the container",
  command: () => ["nltest", "/parentdomain"],
  success: ({ parentDomain }, domain) => {
    if (parentDomain === undefined) return nothingSaid("a domain");
    if (sameDomain(parentDomain, domain)) {
      return pass(`the container belongs to ${parentDomain}`);
    }
    return warn(
      `the container belongs to ${parentDomain}, but the credential spec is of ${domain}`,
      "Compare DomainJoinConfig.DnsName of the credential spec with Get-ADDomain.",
    );
  },
};

export const DOMAIN: Question = {
  name: "domain",
  title: "The container finds a domain controller",
  command: domain => ["nltest", `/dsgetdc:${domain}`],
  success: ({ controller }, domain) =>
    controller === undefined
      ? nothingSaid("a domain controller")
      : pass(`${domain} has domain controller ${controller}`),
};

export const LOGON: Question = {
  name: "logon",
  title: "Netlogon has a connection",
  repairable: true,
  command: () => ["nltest", "/query"],
  success: ({ statuses }) =>
    statuses > 0 ? pass("Netlogon has logged on") : nothingSaid("a status"),
};

export const SECURE_CHANNEL: Question = {
  name: "secure-channel",
  title: "The account is logged on to the domain",
  repairable: true,
  command: domain => ["nltest", `/sc_verify:${domain}`],
  success: ({ controller, statuses }, domain) => {
    if (statuses === 0) return nothingSaid("a status");
    // The first status is that of the connection, the second whether the account is trusted.
    return statuses > 1
      ? pass(`the secure channel to ${controller ?? domain} is verified`)
      : nothingSaid("the status of the trust");
  },
};

/** Resets the secure channel. Changes nothing in the domain. */
export const RESET: Question = {
  name: "repair",
  title: "The secure channel is reset",
  command: domain => ["nltest", `/sc_reset:${domain}`],
  success: ({ controller, statuses }, domain) =>
    statuses > 0
      ? pass(`the secure channel to ${controller ?? domain} was reset`)
      : nothingSaid("a status"),
};

/** The result if nltest reports neither an error nor the requested value. */
function nothingSaid(what: string): Observed {
  return { level: "unknown", message: `nltest does not name ${what}`, remedy: UNREADABLE };
}

/** The remedy for an answer in an unknown form. */
const UNREADABLE = "Run it with `kubectl exec` to see the whole answer.";

/**
 * The result for an answer.
 *
 * @param repaired whether the answer was given after a repair. Then no other repair is proposed.
 */
export function judge(
  question: Question,
  domain: string,
  ran: Ran,
  { repaired } = { repaired: false },
): Observed {
  const command = question.command(domain).join(" ");
  switch (ran.outcome) {
    case "no such program":
      return { level: "unknown", ...NO_NLTEST };
    case "not allowed":
      return { level: "unknown", message: ran.why };
    case "failed":
      return fail(`${command}: ${ran.why}`, UNREADABLE);
    case "ended": {
      const answer = readNltestOutput(ran);
      if (answer.succeeded) return question.success(answer, domain);
      return answer.error === undefined
        ? fail(`${command} ended with exit code ${ran.exitCode} and without an error`, UNREADABLE)
        : describeError(question, command, { ...answer, error: answer.error, repaired });
    }
  }
}

const NO_NLTEST = {
  message: "this container does not have nltest",
  remedy:
    "Images of nanoserver do not have it. Run a Pod with the same credential spec, service account and node, and the image mcr.microsoft.com/windows/servercore.",
};

function describeError(
  question: Question,
  command: string,
  { error, refused, repaired }: NltestOutput & { error: NltestStatus; repaired: boolean },
): Observed {
  const known = MEANINGS[error.code];
  const symbol = [known?.name, error.name].find(name => name !== undefined && name !== "");
  const said = `${command} answers ${error.code}${symbol === undefined ? "" : ` ${symbol}`}`;
  if (refused && error.code === ACCESS_DENIED) {
    const { means, remedy } = NO_ADMINISTRATOR;
    return { level: "unknown", message: `${said}: ${means}`, remedy };
  }
  const meaning = meaningOf(question, error.code);
  if (meaning === undefined) {
    return fail(said, `Run \`net helpmsg ${error.code}\` on Windows to see its meaning.`);
  }
  const proposes = meaning.repairable === true && question.repairable === true && !repaired;
  const remedy = proposes ? `Try --repair. ${meaning.remedy}` : meaning.remedy;
  return fail(`${said}: ${meaning.means}`, remedy);
}

/** The same code has another meaning if only the local service was asked. */
function meaningOf({ name }: Question, code: number): Omit<Meaning, "name"> | undefined {
  const isLocal = code === SERVER_UNAVAILABLE || code === UNKNOWN_INTERFACE;
  return name === ARRIVED.name && isLocal ? NOT_ARRIVED : MEANINGS[code];
}

function sameDomain(left: string, right: string): boolean {
  const normal = (name: string): string => name.toLowerCase().replace(/\.$/, "");
  return normal(left) === normal(right);
}
