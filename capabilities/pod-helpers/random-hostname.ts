import { randomInt } from "node:crypto";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const LETTERS_AND_DIGITS = `${LETTERS}0123456789`;
/** NetBIOS names have at most 15 characters; Windows cuts what is longer. */
const LENGTH = 15;

/**
 * A hostname that is a NetBIOS name and a DNS label as well: a letter first, then letters and digits,
 * 10^23 of them in all.
 *
 * Sources: https://learn.microsoft.com/en-us/troubleshoot/windows-server/active-directory/naming-conventions-for-computer-domain-site-ou
 * and core validation of spec.hostname (RFC 1123).
 */
export function randomHostname(): string {
  const rest = Array.from({ length: LENGTH - 1 }, () => anyOf(LETTERS_AND_DIGITS));
  return `${anyOf(LETTERS)}${rest.join("")}`;
}

function anyOf(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}
