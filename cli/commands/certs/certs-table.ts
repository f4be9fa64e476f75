/** Prints the status of `gmsa certs status` for people. */
import { daysInWords } from "../../certificates/end";
import {
  SOURCES,
  type CertificateStatus,
  type ConfigurationStatus,
} from "../../certificates/model";
import { columns } from "../../terminal/columns";
import type { Terminal } from "../../terminal/terminal";

type Colours = Terminal["colours"];

/** Lines of labels and values, followed by the problems. */
export function statusTable(status: CertificateStatus, colours: Colours): string {
  const rows = [...certificateRows(status), ...status.webhooks.flatMap(toRows(colours))];
  const findings = status.findings.flatMap(({ level, problem, remedy }) => [
    `${level === "error" ? colours.red("✘") : colours.yellow("!")} ${problem}.`,
    `  ${remedy}`,
  ]);
  const end = findings.length === 0 ? [`${colours.green("✔")} No problems found.`] : findings;
  return [columns([...rows, ...replicaRows(status, colours)]), "", ...end].join("\n");
}

function certificateRows({
  certificate,
  source,
  renewsAt,
  renewalAskedFor,
  trust,
  authority,
}: CertificateStatus): string[][] {
  const rows = [["source", SOURCES[source]]];
  if (certificate !== undefined) {
    const { daysLeft, validTo } = certificate;
    rows.push(
      ["subject", certificate.subject],
      ["issuer", certificate.issuer],
      ["valid from", certificate.validFrom],
      ["valid to", `${validTo} (${daysInWords(daysLeft)})`],
      ["SHA-256", certificate.fingerprint],
    );
  }
  if (renewsAt !== undefined) {
    rows.push(["renewed at", renewsAt]);
  }
  if (trust === "manual") {
    const ca =
      authority === undefined
        ? "no CA has been written yet"
        : `${authority.subject}, until ${authority.validTo} (${daysInWords(authority.daysLeft)})`;
    rows.push(["trust", `by gmsa certs trust: ${ca}`]);
  }
  if (renewalAskedFor !== undefined) {
    rows.push(["renewal", `requested (${renewalAskedFor}), and not done yet`]);
  }
  return rows;
}

function toRows(colours: Colours): (configuration: ConfigurationStatus) => string[][] {
  const mark = (good: boolean, yes: string, no: string): string =>
    good ? `${colours.green("✔")} ${yes}` : `${colours.red("✘")} ${no}`;
  return ({ name, trustsCertificate, callsPath, trusted }) => [
    [
      name,
      [
        mark(trustsCertificate, "trusts it", "does not trust it"),
        mark(callsPath, "calls its path", "calls another path"),
      ].join("   "),
    ],
    ...trusted.map(({ subject, validTo, current, ended }) => [
      "",
      [
        `trusts ${subject}, until ${validTo}`,
        ended ? colours.yellow(" (ended)") : "",
        current ? "" : colours.dim(" (from before)"),
      ].join(""),
    ]),
  ];
}

function replicaRows({ replicas }: CertificateStatus, colours: Colours): string[][] {
  if (replicas.length === 0) {
    return [["replicas", "not reachable: no Pod of deployment/pepr-gmsa is ready"]];
  }
  return replicas.map(({ pod, serves }) => {
    const marks = {
      "this certificate": colours.green("✔ serves it"),
      "another certificate": colours.red("✘ serves another"),
      "not reachable": colours.yellow("? not reachable from here"),
    };
    return [`Pod/${pod}`, marks[serves]];
  });
}
