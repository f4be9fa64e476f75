/**
 * The meaning of error codes from Kerberos and from container starts: NTSTATUS, HRESULT and Win32.
 *
 * Codes: https://learn.microsoft.com/openspecs/windows_protocols/ms-erref
 */
import { MEANINGS } from "./meanings";

/** A code in words. */
export interface StatusMeaning {
  /** The code in the form that people search for: "0xC0000022 STATUS_ACCESS_DENIED". */
  said: string;
  /** A clause. Undefined for an unknown code. */
  means: string | undefined;
  remedy: string;
}

/** In an HRESULT, this bit means that the rest is an NTSTATUS (HRESULT_FROM_NT). */
const FACILITY_NT = 0x1000_0000;
const NTSTATUS_ERROR = 0xc000_0000;
/** The last 16 bits of such an HRESULT are a Win32 code (HRESULT_FROM_WIN32). */
const FROM_WIN32 = 0x8007_0000;

const ENCRYPTION =
  "Get-ADServiceAccount ACCOUNT -Properties KerberosEncryptionType shows the account's types; if the domain has RC4 disabled, Set-ADServiceAccount ACCOUNT -KerberosEncryptionType AES128,AES256 gives it AES.";

/** Names of codes, with the equivalent Win32 code. */
const SAME_AS: Readonly<Record<number, readonly [name: string, win32: number]>> = {
  0xc0000022: ["STATUS_ACCESS_DENIED", 5],
  0xc000005e: ["STATUS_NO_LOGON_SERVERS", 1311],
  0xc000006d: ["STATUS_LOGON_FAILURE", 1326],
  0xc00000df: ["STATUS_NO_SUCH_DOMAIN", 1355],
  0xc0000133: ["STATUS_TIME_DIFFERENCE_AT_DC", 1398],
  0xc000018a: ["STATUS_NO_TRUST_LSA_SECRET", 1786],
  0xc000018b: ["STATUS_NO_TRUST_SAM_ACCOUNT", 1787],
  0xc000018c: ["STATUS_TRUSTED_DOMAIN_FAILURE", 1788],
  0xc000018d: ["STATUS_TRUSTED_RELATIONSHIP_FAILURE", 1789],
  0xc0000192: ["STATUS_NETLOGON_NOT_STARTED", 1792],
  0xc0000233: ["STATUS_DOMAIN_CONTROLLER_NOT_FOUND", 1908],
  0x8009030e: ["SEC_E_NO_CREDENTIALS", 1786],
  0x80090311: ["SEC_E_NO_AUTHENTICATING_AUTHORITY", 1311],
  0x80090324: ["SEC_E_TIME_SKEW", 1398],
};

/** For the codes of winerror.h and of hcsshim. */
const IMAGE_MISMATCH = [
  "HCS_E_IMAGE_MISMATCH",
  "the image is for a different Windows build than the node's",
  "Use an image of the node's build, or select matching nodes with node.kubernetes.io/windows-build.",
] as const;

/** Codes whose meaning differs from nltest's codes. */
const OWN: Readonly<Record<number, readonly [name: string, means: string, remedy: string]>> = {
  0xc0020017: [
    "RPC_NT_SERVER_UNAVAILABLE",
    "the service that gets the account's password, or its plug-in, does not answer",
    "See the node's event log Microsoft-Windows-Containers-CCG/Admin. With portable identity, the plug-in of PluginGUID must be installed on the node; without it, the node must be joined to the domain.",
  ],
  0x80090303: [
    "SEC_E_TARGET_UNKNOWN",
    "the domain does not know the service that the ticket is for",
    "Compare DomainJoinConfig.DnsName of the credential spec with Get-ADDomain; setspn -Q shows which account has the name of a service.",
  ],
  0x80090331: [
    "SEC_E_ALGORITHM_MISMATCH",
    "the two sides do not share an encryption type",
    ENCRYPTION,
  ],
  0x80090342: [
    "SEC_E_KDC_UNKNOWN_ETYPE",
    "the domain controller does not use the encryption that the account has keys for",
    ENCRYPTION,
  ],
  0x80370101: IMAGE_MISMATCH,
  0xc0370101: IMAGE_MISMATCH,
};

/**
 * The meaning of a Kerberos error.
 *
 * @param code 32 bits, unsigned.
 */
export function kerberosMeaning(code: number): StatusMeaning {
  const [name] = SAME_AS[plainStatus(code)] ?? [];
  const win32 = win32Of(code);
  const meaning = win32 === undefined ? undefined : MEANINGS[win32];
  return meaning === undefined
    ? meaningAlone(code)
    : { ...meaning, said: `${hexadecimal(code)} ${name ?? meaning.name}` };
}

/**
 * The meaning of a code without its context: "access denied", for example, may refer to anything.
 *
 * @param code 32 bits, unsigned.
 */
export function meaningAlone(code: number): StatusMeaning {
  const status = plainStatus(code);
  const number = hexadecimal(code);
  const own = OWN[status];
  if (own !== undefined) {
    const [name, means, remedy] = own;
    return { said: `${number} ${name}`, means, remedy };
  }
  const [name] = SAME_AS[status] ?? [];
  return { said: `${number} ${name ?? `(${code})`}`, means: undefined, remedy: LOOK_UP };
}

const LOOK_UP = `The cause is unknown: \`net helpmsg\` and [MS-ERREF] explain the codes of Windows.`;

function hexadecimal(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(8, "0")}`;
}

function plainStatus(code: number): number {
  const isWrapped = (code & FACILITY_NT) !== 0 && code >>> 0 >= NTSTATUS_ERROR;
  return isWrapped ? (code & ~FACILITY_NT) >>> 0 : code;
}

/** The equivalent Win32 code. Undefined if there is none. */
export function win32Of(code: number): number | undefined {
  const status = plainStatus(code);
  return SAME_AS[status]?.[1] ?? win32In(status);
}

/** Handles a code without an error class, and an HRESULT with a Win32 code. */
function win32In(code: number): number | undefined {
  if (code <= 0xffff) return code;
  return (code & 0xffff_0000) >>> 0 === FROM_WIN32 ? code & 0xffff : undefined;
}
