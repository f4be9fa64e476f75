/**
 * The meaning of error codes from Kerberos and from container starts: NTSTATUS, HRESULT and Win32.
 *
 * Codes: https://learn.microsoft.com/openspecs/windows_protocols/ms-erref
 */
import { MEANINGS } from "./meanings";
import { START_HRESULTS, START_MEANINGS } from "./start-meanings";
import { hexadecimal, nameOf, plainStatus, win32Of } from "./windows-codes";

/** A code in words. */
export interface StatusMeaning {
  /** The code in the form that people search for: "0xC0000022 STATUS_ACCESS_DENIED". */
  said: string;
  /** A clause. Undefined for an unknown code. */
  means: string | undefined;
  remedy: string;
}

const ENCRYPTION =
  "Get-ADServiceAccount ACCOUNT -Properties KerberosEncryptionType shows the account's types; if the domain has RC4 disabled, Set-ADServiceAccount ACCOUNT -KerberosEncryptionType AES128,AES256 gives it AES.";

/** Codes of Kerberos that are not Win32 codes. */
const OF_KERBEROS: Readonly<Record<number, { name: string; means: string; remedy: string }>> = {
  0x80090303: {
    name: "SEC_E_TARGET_UNKNOWN",
    means: "the domain does not know the service that the ticket is for",
    remedy:
      "Compare DomainJoinConfig.DnsName of the credential spec with Get-ADDomain; setspn -Q shows which account has the name of a service.",
  },
  0x80090331: {
    name: "SEC_E_ALGORITHM_MISMATCH",
    means: "the two sides do not share an encryption type",
    remedy: ENCRYPTION,
  },
  0x80090342: {
    name: "SEC_E_KDC_UNKNOWN_ETYPE",
    means: "the domain controller does not use the encryption that the account has keys for",
    remedy: ENCRYPTION,
  },
};

/**
 * The meaning of a Kerberos error.
 *
 * @param code 32 bits, unsigned.
 */
export function kerberosMeaning(code: number): StatusMeaning {
  const meaning = MEANINGS[win32Of(code) ?? -1];
  return meaning === undefined ? startMeaning(code) : withCode(code, meaning);
}

/**
 * The meaning of a code in an event about a container that does not start.
 *
 * @param code 32 bits, unsigned.
 */
export function startMeaning(code: number): StatusMeaning {
  const status = plainStatus(code);
  const win32 = win32Of(code);
  const meaning = START_HRESULTS[status] ?? OF_KERBEROS[status] ?? START_MEANINGS[win32 ?? -1];
  return meaning === undefined ? unknown(code, win32) : withCode(code, meaning);
}

function withCode(
  code: number,
  { name, means, remedy }: { name: string; means: string; remedy: string },
): StatusMeaning {
  return { said: `${hexadecimal(code)} ${nameOf(code, name) ?? name}`, means, remedy };
}

/** An unknown code is shown in the forms in which people find it: unsigned, signed, and as Win32. */
function unknown(code: number, win32: number | undefined): StatusMeaning {
  const name = nameOf(code, undefined);
  const forms = [
    ...(code === win32 ? [] : [String(code), String(code | 0)]),
    ...(win32 === undefined ? [] : [`Win32 ${win32}`]),
  ].join(", ");
  const helpmsg = win32 === undefined ? `"net helpmsg"` : `"net helpmsg ${win32}"`;
  return {
    said: `${hexadecimal(code)} ${name ?? `(${forms})`}`,
    means: undefined,
    remedy: `The cause is unknown: ${helpmsg} and [MS-ERREF] explain the codes of Windows.`,
  };
}
