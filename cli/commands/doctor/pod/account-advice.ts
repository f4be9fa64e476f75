/**
 * Pure: facts about the account that only its domain knows, with the PowerShell that shows them. The advice
 * is given only if it would explain the Kerberos error.
 */
import { checkReport, type CheckReport } from "../../../diagnosis/report/examine";
import { plainStatus, win32Of } from "../../../inside/windows-codes";

/** The account that the commands are about. */
export interface AccountName {
  account: string;
  domain: string;
}

interface Advice {
  /** Never changes and is never reused. docs/reference/checks.md has a row for each code. */
  code: string;
  name: string;
  title: string;
  message: (of: AccountName) => string;
  remedy: (of: AccountName) => string;
  /** Error codes that it explains: Win32 codes, or else codes as klist prints them. */
  explains: readonly number[];
}

export const ADVICE: readonly Advice[] = [
  {
    code: "GMSA190",
    name: "account-principals",
    title: "The node, or the plug-in's user, may retrieve the password",
    message: ({ account }) => `only the domain knows who may retrieve the password of ${account}`,
    remedy: ({ account, domain }) =>
      `Run \`(Get-ADServiceAccount -Identity ${account} -Server ${domain} -Properties PrincipalsAllowedToRetrieveManagedPassword).PrincipalsAllowedToRetrieveManagedPassword\`. It must list the node's computer account, or the plug-in's user, or a group of theirs. Set-ADServiceAccount replaces the whole list.`,
    explains: [5, 1311, 1326, 1786, 1789],
  },
  {
    code: "GMSA191",
    name: "account-encryption",
    title: "The account has keys of an encryption type that the domain uses",
    message: ({ account }) => `only the domain knows the encryption types of ${account}`,
    remedy: ({ account, domain }) =>
      `Run \`(Get-ADServiceAccount -Identity ${account} -Server ${domain} -Properties KerberosEncryptionType).KerberosEncryptionType\`. If RC4 is disabled and AES is not listed, run \`Set-ADServiceAccount -Identity ${account} -Server ${domain} -KerberosEncryptionType AES128,AES256\`.`,
    explains: [1326, 0x80090331, 0x80090342],
  },
  {
    code: "GMSA192",
    name: "account-spn",
    title: "One account has the name of the service",
    message: () => "only the domain knows which account has the name of a service",
    remedy: ({ account, domain }) =>
      `Run \`setspn -T ${domain} -Q HTTP/NAME\`, with the kind and the name of the service that clients use, and \`setspn -L ${account}$\`. Exactly one account must have it; \`setspn -X\` finds names that several accounts have.`,
    explains: [0x80090303],
  },
  {
    code: "GMSA193",
    name: "account-kind",
    title: "The account is a group managed service account",
    message: ({ account }) => `only the domain knows the kind of ${account}`,
    remedy: ({ account, domain }) =>
      `Run \`(Get-ADServiceAccount -Identity ${account} -Server ${domain}).ObjectClass\`. It must be msDS-GroupManagedServiceAccount: containers support neither msDS-DelegatedManagedServiceAccount (dMSA) nor msDS-ManagedServiceAccount.`,
    explains: [1317, 1326, 1786, 1787],
  },
];

const ADVICE_NAMES = ADVICE.map(({ name }) => name);

export function isAdvice({ name }: Pick<CheckReport, "name">): boolean {
  return ADVICE_NAMES.includes(name);
}

/** @param code the Kerberos error; undefined if there is none. */
export function adviceOn(code: number | undefined, of: AccountName): CheckReport[] {
  if (code === undefined) return [];
  const status = win32Of(code) ?? plainStatus(code);
  return ADVICE.filter(({ explains }) => explains.includes(status)).map(
    ({ code: own, name, title, message, remedy }) => ({
      code: own,
      ...checkReport({ name, title }, [
        { level: "unknown", message: message(of), remedy: remedy(of) },
      ]),
    }),
  );
}
