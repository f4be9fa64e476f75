import { execFileSync } from "node:child_process";
import { errorText } from "../process/log";
import { findProgram, searchPath } from "./prerequisites";

/** Programs that kube-router needs to enforce NetworkPolicies, and the Debian package of each. */
const packages = {
  ipset: "ipset",
  iptables: "iptables",
  "iptables-restore": "iptables",
  "iptables-save": "iptables",
} as const;

function missing(): [program: string, debianPackage: string][] {
  return Object.entries(packages).filter(([program]) => findProgram(program) === undefined);
}

/** The Debian packages that enforcing NetworkPolicies needs and this machine lacks. */
export function missingPolicyPackages(): string[] {
  return [...new Set(missing().map(([, debianPackage]) => debianPackage))];
}

/** A rule like those of kube-router, in a network namespace of its own. */
const PROBE = `
  mount -t tmpfs tmpfs /run
  ipset create probe hash:ip
  iptables -A FORWARD -m set --match-set probe src -m comment --comment probe -j REJECT
`;

/** Why NetworkPolicies cannot be enforced on a node here; undefined if they can. */
export function whyNoPolicies(): string | undefined {
  const lacking = missing();
  if (lacking.length > 0) {
    return (
      `enforcing NetworkPolicies needs ${lacking.map(([program]) => program).join(", ")}; ` +
      `on Debian: apt-get install --no-install-recommends ${missingPolicyPackages().join(" ")}`
    );
  }
  try {
    execFileSync("unshare", ["--net", "--mount", "sh", "-e", "-c", PROBE], {
      env: { PATH: searchPath },
      stdio: "pipe",
    });
    return undefined;
  } catch (error) {
    return `the kernel has no rules for NetworkPolicies: ${errorText(error).trim()}`;
  }
}
