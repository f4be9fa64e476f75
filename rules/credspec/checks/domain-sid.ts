import { domainField } from "./fields";
import { error, warning, type Finding } from "./finding";
import type { CredspecFields } from "./schema";
import { describeValue } from "../../text";

/**
 * S-1-5-21 and three 32-bit numbers; the SID of an account has one more. Source: MS-DTYP 2.4.2.1 and
 * 2.4.2.4.
 */
const DOMAIN_SID = /^S-1-5-21(?:-(\d{1,10})){3}$/i;
const ACCOUNT_SID = /^(S-1-5-21(?:-\d{1,10}){3})-\d{1,10}$/i;
const ANY_SID = /^S-1-\d{1,15}(?:-\d{1,10}){1,15}$/i;
const MAX_NUMBER = 0xffff_ffff;
const FIELD = domainField("Sid");
const REMEDY = "(Get-ADDomain).DomainSID.Value shows it";
const EXPECTED =
  "the SID of the domain, S-1-5-21- and three numbers, such as S-1-5-21-1957390241-3086214477-2670915583";

/** Checks for the SID of the domain, which is often mistaken for that of the account. */
export function checkDomainSid({ DomainJoinConfig: domain }: CredspecFields): Finding[] {
  if (domain === undefined) return [];
  const sid = domain.Sid ?? "";
  if (isSid(DOMAIN_SID, sid)) return [];
  const ofDomain = ACCOUNT_SID.exec(sid)?.[1];
  if (ofDomain !== undefined && isSid(ACCOUNT_SID, sid)) {
    return [
      warning({
        path: FIELD,
        found: `${describeValue(sid)}, the SID of an account`,
        expected: "the SID of the domain, without the last number",
        // The output of Get-ADServiceAccount contains both.
        remedy: `write ${ofDomain}, or see (Get-ADDomain).DomainSID.Value; the Guid is probably that of the account as well: (Get-ADDomain).ObjectGUID.Guid shows that of the domain`,
      }),
    ];
  }
  return [
    error({
      path: FIELD,
      found: `${describeValue(domain.Sid)}${faultOf(sid)}`,
      expected: EXPECTED,
      remedy: REMEDY,
    }),
  ];
}

function faultOf(sid: string): string {
  if (isSid(ANY_SID, sid)) return ", which is not the SID of a domain";
  return DOMAIN_SID.test(sid) ? `, with a number above ${MAX_NUMBER}` : "";
}

function isSid(form: RegExp, text: string): boolean {
  return (
    form.test(text) &&
    text
      .split("-")
      .slice(3)
      .every(number => Number(number) <= MAX_NUMBER)
  );
}
