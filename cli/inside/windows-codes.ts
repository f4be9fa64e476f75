/**
 * Pure: the forms of one Windows error: Win32, HRESULT and NTSTATUS, and how they map to each other.
 *
 * Source: https://learn.microsoft.com/openspecs/windows_protocols/ms-erref, sections 2.1 (HRESULT), 2.2 (Win32)
 * and 2.3 (NTSTATUS)
 */

/** In an HRESULT, this bit means that the rest is an NTSTATUS (HRESULT_FROM_NT). */
const FACILITY_NT = 0x1000_0000;
/** Severity and facility of an HRESULT whose last 16 bits are a Win32 code (HRESULT_FROM_WIN32). */
export const FROM_WIN32 = 0x8007;
/** Severity and facility of the NTSTATUS of RPC (FACILITY_RPC_RUNTIME). */
const RPC = 0xc002;
/** RPC_NT_INVALID_STRING_BINDING, 0xC0020001, is 1700. Both count in step up to RPC_NT_UNKNOWN_AUTHN_LEVEL. */
const RPC_BEFORE_FIRST = 1699;
const LAST_PARALLEL_RPC = 0x31;
/** Severity and facility of the errors of containers, as NTSTATUS and as HRESULT; the rest is the same. */
const HCS_STATUS = 0xc037;
const HCS = 0x8037;

/** NTSTATUS of Kerberos that have no Win32 code, with the equivalent HRESULT. */
const KERBEROS: Readonly<Record<number, readonly [name: string, hresult: number]>> = {
  0xc00002fd: ["STATUS_KDC_UNKNOWN_ETYPE", 0x80090342],
};

/** Names of other codes, with the equivalent Win32 code. */
const SAME_AS: Readonly<Record<number, readonly [name: string, win32: number]>> = {
  0xc000000d: ["STATUS_INVALID_PARAMETER", 87],
  0xc0000022: ["STATUS_ACCESS_DENIED", 5],
  0xc0000034: ["STATUS_OBJECT_NAME_NOT_FOUND", 2],
  0xc000003a: ["STATUS_OBJECT_PATH_NOT_FOUND", 3],
  0xc000005e: ["STATUS_NO_LOGON_SERVERS", 1311],
  0xc000005f: ["STATUS_NO_SUCH_LOGON_SESSION", 1312],
  0xc0000064: ["STATUS_NO_SUCH_USER", 1317],
  0xc000006d: ["STATUS_LOGON_FAILURE", 1326],
  0xc000006e: ["STATUS_ACCOUNT_RESTRICTION", 1327],
  0xc0000072: ["STATUS_ACCOUNT_DISABLED", 1331],
  0xc000007f: ["STATUS_DISK_FULL", 112],
  0xc00000df: ["STATUS_NO_SUCH_DOMAIN", 1355],
  0xc000012d: ["STATUS_COMMITMENT_LIMIT", 1455],
  0xc0000133: ["STATUS_TIME_DIFFERENCE_AT_DC", 1398],
  0xc000018a: ["STATUS_NO_TRUST_LSA_SECRET", 1786],
  0xc000018b: ["STATUS_NO_TRUST_SAM_ACCOUNT", 1787],
  0xc000018c: ["STATUS_TRUSTED_DOMAIN_FAILURE", 1788],
  0xc000018d: ["STATUS_TRUSTED_RELATIONSHIP_FAILURE", 1789],
  0xc0000192: ["STATUS_NETLOGON_NOT_STARTED", 1792],
  0xc0000193: ["STATUS_ACCOUNT_EXPIRED", 1793],
  0xc0000233: ["STATUS_DOMAIN_CONTROLLER_NOT_FOUND", 1908],
  0xc0000388: ["STATUS_DOWNGRADE_DETECTED", 1265],
  0x8009030c: ["SEC_E_LOGON_DENIED", 1326],
  0x8009030e: ["SEC_E_NO_CREDENTIALS", 1786],
  0x80090311: ["SEC_E_NO_AUTHENTICATING_AUTHORITY", 1311],
  0x80090324: ["SEC_E_TIME_SKEW", 1398],
};

/** "0xC0000022". */
export function hexadecimal(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(8, "0")}`;
}

/** The form in which the tables have the code. */
export function plainStatus(code: number): number {
  const status = unwrapped(code);
  if (status >>> 16 === HCS_STATUS) return HCS * 0x1_0000 + (status & 0xffff);
  return KERBEROS[status]?.[1] ?? status;
}

/** The code without the mark of an NTSTATUS in an HRESULT. */
function unwrapped(code: number): number {
  const isError = code >>> 31 === 1;
  return isError ? (code & ~FACILITY_NT) >>> 0 : code;
}

/** The equivalent Win32 code. Undefined if there is none. */
export function win32Of(code: number): number | undefined {
  const status = plainStatus(code);
  return SAME_AS[status]?.[1] ?? win32In(status);
}

/**
 * The name of a code in its own form: 0xC0020017 is RPC_NT_SERVER_UNAVAILABLE, although 1722, which is the
 * same, is RPC_S_SERVER_UNAVAILABLE.
 *
 * @param ofWin32 the name of the equivalent Win32 code
 */
export function nameOf(code: number, ofWin32: string | undefined): string | undefined {
  const status = unwrapped(code);
  const [name] = SAME_AS[status] ?? KERBEROS[status] ?? [];
  return name ?? (status >>> 16 === RPC ? ofWin32?.replace(/^RPC_S_/, "RPC_NT_") : ofWin32);
}

/** Handles a code without an error class, an HRESULT with a Win32 code, and an NTSTATUS of RPC. */
function win32In(status: number): number | undefined {
  const low = status & 0xffff;
  switch (status >>> 16) {
    case 0:
    case FROM_WIN32:
      return low;
    case RPC:
      return low >= 1 && low <= LAST_PARALLEL_RPC ? RPC_BEFORE_FIRST + low : undefined;
    default:
      return undefined;
  }
}
