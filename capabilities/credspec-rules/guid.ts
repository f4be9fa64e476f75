const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is a GUID, without braces. */
export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/** What is within the braces of a text, or the text. */
export function withoutBraces(text: string): string {
  return /^\{(.*)\}$/s.exec(text)?.[1] ?? text;
}
