import { judgeNetwork } from "../../../../../../cli/commands/doctor/pod/domain-network";
import { networkCommand } from "../../../../../../cli/commands/doctor/pod/network-script";
import { networkAnswer } from "../../../../../fixtures/network-answer";

const ended = (stdout: string): Parameters<typeof judgeNetwork>[0] => ({
  outcome: "ended",
  exitCode: 0,
  stdout,
  stderr: "",
});

const saidOf = (stdout: string): string[] =>
  judgeNetwork(ended(stdout), "contoso.com").map(({ level, message }) => `${level} ${message}`);

const RECORD = "_ldap._tcp.dc._msdcs.contoso.com";

describe("the output of PowerShell in a container", () => {
  test("all is well", () => {
    expect(saidOf(networkAnswer())).toEqual([
      "pass DNS names 2 domain controllers",
      "pass DNS answers over TCP, too",
      "pass port 88 of dc01.contoso.com is open",
      "pass port 389 of dc01.contoso.com is open",
      "pass port 445 of dc01.contoso.com is open",
      "pass port 464 of dc01.contoso.com is open",
      "pass port 636 of dc01.contoso.com is open",
      "pass the clocks of the container and of the domain controller differ by 2 s",
    ]);
  });

  test("the domain is not in DNS", () => {
    expect(saidOf(networkAnswer({ srv: ["srv-error=DNS_ERROR_RCODE_NAME_ERROR"] }))).toEqual([
      `fail DNS does not have the record ${RECORD} (DNS_ERROR_RCODE_NAME_ERROR)`,
    ]);
    expect(saidOf(networkAnswer({ srv: ["srv=0"] }))).toEqual([
      `fail DNS does not have the record ${RECORD}`,
    ]);
  });

  test.each([
    ["ERROR_TIMEOUT", "fail DNS does not answer the question for"],
    ["DNS_ERROR_RCODE_SERVER_FAILURE", "fail DNS does not answer the question for"],
    ["DNS_ERROR_RCODE_REFUSED", "fail DNS does not answer the question for"],
    ["DNS_INFO_NO_RECORDS", "fail DNS does not have the record"],
    ["CommandNotFoundException", "unknown unknown whether DNS has the record"],
  ])("without an answer the state of DNS is unknown: %s", (error, said) => {
    expect(saidOf(networkAnswer({ srv: [`srv-error=${error}`] }))).toEqual([
      `${said} ${RECORD} (${error})`,
    ]);
  });

  test("DNS over TCP is a warning", () => {
    const said = saidOf(networkAnswer({ tcp: ["dns-tcp-error=ERROR_TIMEOUT"] }));
    expect(said).toContain("warn DNS does not answer over TCP (ERROR_TIMEOUT)");
  });

  test("a port that is open at one domain controller is enough; every closed port is reported", () => {
    const said = saidOf(
      networkAnswer({
        ports: [
          ...["dc01.contoso.com/88/TimedOut", "dc02.contoso.com/88/open"],
          ...["dc01.contoso.com/389/TimedOut", "dc02.contoso.com/389/ConnectionRefused"],
          ...["dc01.contoso.com/445/open", "dc01.contoso.com/464/open"],
          "dc01.contoso.com/636/ConnectionRefused",
        ],
      }),
    );
    expect(said.slice(2, 7)).toEqual([
      "pass port 88 of dc02.contoso.com is open",
      "fail TCP port 389 is not open at any domain controller (dc01.contoso.com: TimedOut, dc02.contoso.com: ConnectionRefused)",
      "pass port 445 of dc01.contoso.com is open",
      "pass port 464 of dc01.contoso.com is open",
      "warn TCP port 636 is not open at any domain controller (dc01.contoso.com: ConnectionRefused)",
    ]);
  });

  test.each([
    ["skew=300", "pass", "differ by 300 s"],
    ["skew=-301", "fail", "differ by 301 s"],
    ["skew-error=LdapException", "unknown", "is unknown (LdapException)"],
    ["skew=3,5", "unknown", "is unknown"],
  ])("of the clocks, %s: %s", (line, level, said) => {
    const clocks = saidOf(networkAnswer({ skew: [line] })).at(-1);
    expect(clocks).toMatch(new RegExp(`^${level} `));
    expect(clocks).toContain(said);
  });

  test.each([
    ["nothing", ""],
    ["an answer that is cut off", networkAnswer().replace(/gmsa-network end[^]*/, "")],
    [
      "an error in German",
      "Resolve-DnsName : Die Benennung wurde nicht erkannt.\r\nsrv=2\r\ndns-tcp=ok\r\n",
    ],
    ["an answer without its lines", "gmsa-network 1\r\ngmsa-network end\r\n"],
  ])("%s is unknown", (_, stdout) => {
    expect(judgeNetwork(ended(stdout), "contoso.com").map(({ level }) => level)).toEqual([
      "unknown",
    ]);
  });

  test("a line that is missing is unknown, never green", () => {
    const said = saidOf(networkAnswer({ tcp: [], ports: [], skew: [] }));
    expect(said.map(text => text.split(" ")[0])).toEqual([
      "pass",
      ...Array<string>(7).fill("unknown"),
    ]);
  });

  test.each([
    [{ outcome: "no such program" }, "this container does not have PowerShell"],
    [{ outcome: "not allowed", why: "needs the right" }, "needs the right"],
    [{ outcome: "failed", why: "no answer within 60 s" }, "PowerShell: no answer within 60 s"],
  ] as const)("%j is unknown", (ran, message) => {
    expect(judgeNetwork(ran, "contoso.com")).toMatchObject([{ level: "unknown", message }]);
  });
});

test("the script is passed as one argument, with the domain in it", () => {
  const [program, ...options] = networkCommand("contoso.com.");
  const script = Buffer.from(options.at(-1) ?? "", "base64").toString("utf16le");
  expect([program, ...options.slice(0, -1)]).toEqual([
    ...["powershell", "-NoProfile", "-NonInteractive", "-EncodedCommand"],
  ]);
  expect(script).toContain(`$name = '${RECORD}'`);
  expect(script).not.toContain("DOMAIN");
  // Windows accepts 32,767 characters in a command line.
  expect(options.join(" ").length).toBeLessThan(32_000);
});
