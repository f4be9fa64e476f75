/**
 * The meaning of Windows codes if a container does not start. The node did what failed, so some codes mean
 * something different from the answers of nltest in a container.
 *
 * Codes: https://learn.microsoft.com/windows/win32/debug/system-error-codes,
 * https://learn.microsoft.com/windows/win32/winsock/windows-sockets-error-codes-2
 */
import { MEANINGS, type Meaning } from "./meanings";

export type StartMeaning = Pick<Meaning, "name" | "means" | "remedy">;

const CCG_LOG = "See the node's event log Microsoft-Windows-Containers-CCG/Admin.";
const COMPUTE_LOG = "See the node's event log Microsoft-Windows-Hyper-V-Compute-Admin.";
const NO_ANSWER: Pick<Meaning, "means" | "remedy"> = {
  means: "the service that gets the account's password, or its plug-in, does not answer",
  remedy: `${CCG_LOG} With portable identity, the plug-in of PluginGUID must be installed on the node; without it, the node must be joined to the domain.`,
};
const DOMAIN_DNS =
  "The node's DNS servers must be those of the domain, or forward the domain to them; compare DomainJoinConfig.DnsName with Get-ADDomain.";
const CONTROLLER =
  "The node must reach a domain controller, and with portable identity also the store of the plug-in's secret.";
const SERVICE = "Check the node's services with Get-Service, and restart the node.";
const PLUGIN = `Install the plug-in of PluginGUID on the node again, with its own script. ${CCG_LOG}`;

/** Meanings that do not depend on where the code occurs. */
const EVERYWHERE = [1311, 1326, 1398, 1787, 1788] as const;

/** By Win32 code. */
export const START_MEANINGS: Readonly<Record<number, StartMeaning>> = {
  ...Object.fromEntries(
    EVERYWHERE.flatMap(code => (MEANINGS[code] ? [[code, MEANINGS[code]]] : [])),
  ),
  2: {
    name: "ERROR_FILE_NOT_FOUND",
    means: "a file does not exist, such as the container's program",
    remedy: "Check command and args of the container, and its image.",
  },
  3: {
    name: "ERROR_PATH_NOT_FOUND",
    means:
      "a folder does not exist, such as the container's working folder or the source of a mount",
    remedy: "Check workingDir, volumeMounts and hostPath.",
  },
  5: {
    name: "ERROR_ACCESS_DENIED",
    means: "access is denied",
    remedy: `If the text names a file, check the permissions of the image and of the mounts. ${CCG_LOG}`,
  },
  87: {
    name: "ERROR_INVALID_PARAMETER",
    means: "a value in the container's configuration is not valid",
    remedy: "Check the credential spec and the mounts.",
  },
  112: {
    name: "ERROR_DISK_FULL",
    means: "the node's disk is full",
    remedy: "Free space on the node, or use another one.",
  },
  1018: {
    name: "ERROR_KEY_DELETED",
    means:
      "a service uses a part of the registry that was unloaded, for example because its user logged off",
    remedy: `Restart the service that reports it, or the node. ${CCG_LOG}`,
  },
  1053: {
    name: "ERROR_SERVICE_REQUEST_TIMEOUT",
    means: "a service of the node did not start in time",
    remedy: SERVICE,
  },
  1058: {
    name: "ERROR_SERVICE_DISABLED",
    means: "a service of the node is disabled",
    remedy: SERVICE,
  },
  1060: {
    name: "ERROR_SERVICE_DOES_NOT_EXIST",
    means: "a service is not installed on the node",
    remedy: "Check that the node has the Windows feature Containers.",
  },
  1265: {
    name: "ERROR_DOWNGRADE_DETECTED",
    means: "no domain controller answers the request for a ticket",
    remedy: `${DOMAIN_DNS} ${CONTROLLER}`,
  },
  1312: {
    name: "ERROR_NO_SUCH_LOGON_SESSION",
    means: "the logon session does not exist, or has ended",
    remedy: `Recreate the Pod. If the node was joined to the domain recently, restart it. ${CCG_LOG}`,
  },
  1317: {
    name: "ERROR_NO_SUCH_USER",
    means: "the domain does not have this account",
    remedy: "Compare the account of the credential spec with Get-ADServiceAccount.",
  },
  1327: {
    name: "ERROR_ACCOUNT_RESTRICTION",
    means: "a restriction of the account prevents the logon",
    remedy: "Check the account's logon hours, computers and policies in the domain.",
  },
  1331: {
    name: "ERROR_ACCOUNT_DISABLED",
    means: "the account is disabled",
    remedy: "Enable it in the domain with Set-ADServiceAccount -Enabled $true.",
  },
  1355: {
    name: "ERROR_NO_SUCH_DOMAIN",
    means: "the node does not find the domain",
    remedy: DOMAIN_DNS,
  },
  1455: {
    name: "ERROR_COMMITMENT_LIMIT",
    means: "the node has too little memory, or its paging file is too small",
    remedy: "Lower the number of Pods on the node, or give it a larger paging file.",
  },
  1717: { name: "RPC_S_UNKNOWN_IF", ...NO_ANSWER },
  1722: { name: "RPC_S_SERVER_UNAVAILABLE", ...NO_ANSWER },
  1723: { name: "RPC_S_SERVER_TOO_BUSY", ...NO_ANSWER },
  1726: { name: "RPC_S_CALL_FAILED", ...NO_ANSWER },
  1727: { name: "RPC_S_CALL_FAILED_DNE", ...NO_ANSWER },
  1753: { name: "EPT_S_NOT_REGISTERED", ...NO_ANSWER },
  1786: {
    name: "ERROR_NO_TRUST_LSA_SECRET",
    means: "the node has no password for the domain",
    remedy: "Run Test-ComputerSecureChannel on the node; join it to the domain again if needed.",
  },
  1789: {
    name: "ERROR_TRUSTED_RELATIONSHIP_FAILURE",
    means: "the node's own connection to the domain is broken",
    remedy: "Run Test-ComputerSecureChannel -Repair on the node.",
  },
  1792: {
    name: "ERROR_NETLOGON_NOT_STARTED",
    means: "the Netlogon service does not run on the node",
    remedy: "It runs on nodes of a domain. Join the node, or use portable identity.",
  },
  1793: {
    name: "ERROR_ACCOUNT_EXPIRED",
    means: "the account has expired",
    remedy: "Change its expiration date in the domain.",
  },
  1908: {
    name: "ERROR_DOMAIN_CONTROLLER_NOT_FOUND",
    means: "the node finds no domain controller of the domain",
    remedy: `${DOMAIN_DNS} ${CONTROLLER}`,
  },
  9002: {
    name: "DNS_ERROR_RCODE_SERVER_FAILURE",
    means: "the node's DNS server failed",
    remedy: DOMAIN_DNS,
  },
  9003: {
    name: "DNS_ERROR_RCODE_NAME_ERROR",
    means: "the node's DNS server does not know a name",
    remedy: DOMAIN_DNS,
  },
  10060: {
    name: "WSAETIMEDOUT",
    means: "a connection of the node timed out",
    remedy: CONTROLLER,
  },
  10061: {
    name: "WSAECONNREFUSED",
    means: "a connection of the node was refused",
    remedy: CONTROLLER,
  },
  11001: {
    name: "WSAHOST_NOT_FOUND",
    means: "the node's DNS server does not know a host",
    remedy: DOMAIN_DNS,
  },
};

const IMAGE_MISMATCH = {
  name: "HCS_E_IMAGE_MISMATCH",
  means: "the image is for a different Windows build than the node's",
  remedy:
    "Use an image of the node's build, or select matching nodes with node.kubernetes.io/windows-build.",
};

/**
 * Codes that are not Win32 codes.
 *
 * COM: https://learn.microsoft.com/windows/win32/com/com-error-codes-3; containers:
 * https://learn.microsoft.com/virtualization/api/hcs/reference/hcshresult
 */
export const START_HRESULTS: Readonly<Record<number, StartMeaning>> = {
  0x80040154: {
    name: "REGDB_E_CLASSNOTREG",
    means: "the plug-in that gets the account's password is not registered on the node",
    remedy: PLUGIN,
  },
  0x8000401a: {
    name: "CO_E_RUNAS_LOGON_FAILURE",
    means: "the plug-in could not start as the user that it is configured for",
    remedy: PLUGIN,
  },
  0x80080005: {
    name: "CO_E_SERVER_EXEC_FAILURE",
    means: "the plug-in that gets the account's password did not start in time",
    remedy: PLUGIN,
  },
  0x80370101: IMAGE_MISMATCH,
  0x80370106: {
    name: "HCS_E_UNEXPECTED_EXIT",
    means: "the container ended while it started",
    remedy: `Check the container's log and its image. ${COMPUTE_LOG}`,
  },
  0x80370109: {
    name: "HCS_E_CONNECTION_TIMEOUT",
    means: "the container did not answer in time while it started",
    remedy: `Check the node's load and the image. ${COMPUTE_LOG}`,
  },
};
