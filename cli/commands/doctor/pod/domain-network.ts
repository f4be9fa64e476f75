/** Pure: whether a container reaches a domain controller, from the output of network-script.ts. */
import { fail, pass, warn, type Observed } from "../../../diagnosis/report/check";
import { FIRST_LINE, LAST_LINE, PORTS } from "./network-script";
import type { Ran } from "../../../inside/nltest-output";

export const NETWORK = { name: "network", title: "The container reaches a domain controller" };

/** The clock skew that Kerberos allows, in seconds. */
const MOST_SKEW = 300;

type Port = (typeof PORTS)[number];

/** Logon needs the first two ports. Some applications need the others. */
const USES: Readonly<Record<Port, readonly [needed: boolean, use: string]>> = {
  88: [true, "Kerberos"],
  389: [true, "LDAP, and finding a domain controller"],
  445: [false, "SMB: Netlogon, and shares"],
  464: [false, "changes of passwords"],
  636: [false, "LDAP over TLS"],
};

const FORWARD =
  "Let the cluster's DNS forward the domain to its DNS servers, and compare DomainJoinConfig.DnsName with Get-ADDomain.";
const ASK_DNS = `The container must reach the cluster's DNS (UDP and TCP port 53), and the cluster's DNS must reach the domain's DNS servers. ${FORWARD}`;
const BY_HAND =
  "Run nslookup and Test-NetConnection in a Pod with the same node and network policies, and the image mcr.microsoft.com/windows/servercore.";

/** The output of the script, by key. */
type Answer = ReadonlyMap<string, readonly string[]>;

export function judgeNetwork(ran: Ran, domain: string): Observed[] {
  switch (ran.outcome) {
    case "no such program":
      return [unknown("this container does not have PowerShell", BY_HAND)];
    case "not allowed":
      return [{ level: "unknown", message: ran.why }];
    case "failed":
      return [unknown(`PowerShell: ${ran.why}`, BY_HAND)];
    case "ended": {
      const answer = readAnswer(ran.stdout);
      return answer === undefined
        ? [
            unknown(
              `PowerShell ended with exit code ${ran.exitCode} and an incomplete answer`,
              BY_HAND,
            ),
          ]
        : judgeAnswer(answer, domain);
    }
  }
}

/** Undefined if the first or the last line is missing. */
function readAnswer(stdout: string): Answer | undefined {
  const lines = stdout.split("\n").map(line => line.trim());
  const [first, last] = [lines.indexOf(FIRST_LINE), lines.lastIndexOf(LAST_LINE)];
  if (first === -1 || last < first) return undefined;
  const answer = new Map<string, string[]>();
  for (const line of lines.slice(first + 1, last)) {
    const [, key, value] = /^([a-z-]+)=(.+)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    answer.set(key, [...(answer.get(key) ?? []), value]);
  }
  return answer;
}

/** Resolve-DnsName's errors for a name that does not exist, or that has no record of this type. */
const NO_RECORD = ["DNS_ERROR_RCODE_NAME_ERROR", "DNS_INFO_NO_RECORDS"];
/** No DNS server answered, or the server reported an error. */
const NO_ANSWER = /TIMEOUT|TIMEDOUT|^DNS_ERROR_RCODE_|^DNS_ERROR_NO_DNS_SERVERS|^WSA/;

function withoutRecord(record: string, answer: Answer): Observed {
  const [error] = answer.get("srv-error") ?? [];
  if (error === undefined) {
    return answer.has("srv")
      ? fail(`DNS does not have the record ${record}`, FORWARD)
      : unknown(`the answer does not mention ${record}`, BY_HAND);
  }
  if (NO_RECORD.includes(error)) {
    return fail(`DNS does not have the record ${record} (${error})`, FORWARD);
  }
  return NO_ANSWER.test(error)
    ? fail(`DNS does not answer the question for ${record} (${error})`, ASK_DNS)
    : unknown(`unknown whether DNS has the record ${record} (${error})`, BY_HAND);
}

function judgeAnswer(answer: Answer, domain: string): Observed[] {
  const record = `_ldap._tcp.dc._msdcs.${domain}`;
  const controllers = numberIn(answer, "srv");
  if (controllers === undefined || controllers === 0) return [withoutRecord(record, answer)];
  return [
    pass(`DNS names ${controllers} domain controller${controllers === 1 ? "" : "s"}`),
    dnsOverTcp(answer),
    ...portsIn(answer),
    skewIn(answer),
  ];
}

function dnsOverTcp(answer: Answer): Observed {
  if (answer.get("dns-tcp")?.[0] === "ok") return pass("DNS answers over TCP, too");
  const [error] = answer.get("dns-tcp-error") ?? [];
  return error === undefined
    ? unknown("the answer does not mention DNS over TCP", BY_HAND)
    : warn(
        `DNS does not answer over TCP (${error})`,
        "Open TCP port 53 to the cluster's DNS: long answers, such as those for many domain controllers, use TCP only.",
      );
}

function portsIn(answer: Answer): Observed[] {
  const tries = (answer.get("port") ?? []).flatMap(text => {
    const [controller, port, result] = text.split("/");
    return controller === undefined || result === undefined
      ? []
      : [{ controller, port: Number(port), result }];
  });
  return PORTS.map(port => {
    const of = tries.filter(each => each.port === port);
    const [needed, use] = USES[port];
    const open = of.find(({ result }) => result === "open");
    if (of.length === 0) return unknown(`the answer does not mention port ${port}`, BY_HAND);
    if (open !== undefined) return pass(`port ${port} of ${open.controller} is open`);
    const tried = of.map(({ controller, result }) => `${controller}: ${result}`).join(", ");
    return (needed ? fail : warn)(
      `TCP port ${port} is not open at any domain controller (${tried})`,
      `It is needed for ${use}. Open it from the Pods and nodes to the domain controllers: firewalls, NetworkPolicies, routes.`,
    );
  });
}

function skewIn(answer: Answer): Observed {
  const skew = numberIn(answer, "skew");
  if (skew === undefined) {
    const [error = "not asked"] = answer.get("skew-error") ?? [];
    return unknown(
      `the time of the domain controller is unknown (${error})`,
      "Run `w32tm /stripchart /computer:DOMAINCONTROLLER /samples:1` on the node to see the difference.",
    );
  }
  const apart = `the clocks of the container and of the domain controller differ by ${Math.abs(skew)} s`;
  return Math.abs(skew) > MOST_SKEW
    ? fail(apart, "Set the node's clock by the domain's time server; Kerberos allows five minutes.")
    : pass(apart);
}

function numberIn(answer: Answer, key: string): number | undefined {
  const [text = ""] = answer.get(key) ?? [];
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function unknown(message: string, remedy: string): Observed {
  return { level: "unknown", message, remedy };
}
