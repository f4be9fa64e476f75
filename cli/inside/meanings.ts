/**
 * The meaning of nltest's answers, with remedies.
 *
 * Codes: https://learn.microsoft.com/windows/win32/debug/system-error-codes
 * Causes: https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/gmsa-troubleshooting
 */

export interface Meaning {
  name: string;
  /** A clause, without a full stop. */
  means: string;
  /** What to do, as a sentence. */
  remedy: string;
  /** A reset of the secure channel may help. */
  repairable?: true;
}

/** Netlogon runs in a container only if a credential spec has reached it. */
export const NOT_ARRIVED: Pick<Meaning, "means" | "remedy"> = {
  means: "the credential spec did not reach the container",
  remedy:
    "Run `gmsa doctor --check node-runtime --check node-build`, check the events of the Pod, then recreate the Pod.",
};

const NETWORK =
  "The container and its node must reach a domain controller: DNS (53), Kerberos (88), RPC (135 and 49152 to 65535), LDAP (389), SMB (445).";
const PASSWORD =
  "Run `Test-ADServiceAccount` with the account's name on the node: False means that the node may not retrieve the password (PrincipalsAllowedToRetrieveManagedPassword; a new member of a group must restart). On a node outside of the domain, see the event log Microsoft-Windows-Containers-CCG/Admin.";

/** By Windows error code. */
export const MEANINGS: Readonly<Record<number, Meaning>> = {
  5: {
    name: "ERROR_ACCESS_DENIED",
    means: "the domain controller does not accept the password that the container has",
    remedy: PASSWORD,
    repairable: true,
  },
  1311: {
    name: "ERROR_NO_LOGON_SERVERS",
    means: "no domain controller answers to the account",
    remedy: `${NETWORK} ${PASSWORD}`,
    repairable: true,
  },
  1326: {
    name: "ERROR_LOGON_FAILURE",
    means: "the domain controller does not accept the account's name or password",
    remedy: PASSWORD,
  },
  1355: {
    name: "ERROR_NO_SUCH_DOMAIN",
    means: "the container does not find the domain",
    remedy: `The container's DNS must resolve _ldap._tcp.dc._msdcs of the domain: forward the domain in the cluster's DNS to its DNS servers. ${NETWORK} Compare DomainJoinConfig.DnsName with Get-ADDomain.`,
  },
  1398: {
    name: "ERROR_TIME_SKEW",
    means: "the clocks of the node and of the domain controller differ too much",
    remedy: "Set the node's clock by the domain's time server; Kerberos allows five minutes.",
  },
  1717: {
    name: "RPC_S_UNKNOWN_IF",
    means: "the Netlogon service does not answer",
    remedy:
      "It may still be starting, so try again. Then check that it runs on the domain controller.",
  },
  1722: {
    name: "RPC_S_SERVER_UNAVAILABLE",
    means: "the container could not log on to the domain with the account of the credential spec",
    remedy: `${NETWORK} ${PASSWORD}`,
    repairable: true,
  },
  1786: {
    name: "ERROR_NO_TRUST_LSA_SECRET",
    means: "the container has no password of the account",
    remedy: PASSWORD,
  },
  1787: {
    name: "ERROR_NO_TRUST_SAM_ACCOUNT",
    means: "the domain does not have this account, or no computer may log on with it",
    remedy:
      "Compare account and domain of the credential spec with Get-ADServiceAccount and Get-ADDomain. With unconstrained delegation the account needs WORKSTATION_TRUST_ACCOUNT (0x1000) in its userAccountControl.",
  },
  1788: {
    name: "ERROR_TRUSTED_DOMAIN_FAILURE",
    means: "the domain does not trust the node's domain, or no longer",
    remedy: "Account and node must be in the same domain, or use portable identity.",
    repairable: true,
  },
  1789: {
    name: "ERROR_TRUSTED_RELATIONSHIP_FAILURE",
    means: "the secure channel is broken: the container's password is not the domain's",
    remedy: PASSWORD,
    repairable: true,
  },
  1792: {
    name: "ERROR_NETLOGON_NOT_STARTED",
    means: "the Netlogon service does not run in the container",
    remedy: NOT_ARRIVED.remedy,
  },
  1908: {
    name: "ERROR_DOMAIN_CONTROLLER_NOT_FOUND",
    means: "the container finds no domain controller of the domain",
    remedy: NETWORK,
  },
};

/** The local Netlogon service refuses to answer this user. */
export const NO_ADMINISTRATOR: Pick<Meaning, "means" | "remedy"> = {
  means: "the user of the container may not run this",
  remedy:
    "It needs an administrator. Run a Pod with the same credential spec and runAsUserName ContainerAdministrator.",
};
