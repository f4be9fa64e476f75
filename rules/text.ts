const MAX_LENGTH = 80;

/**
 * A value as a finding shows it: a text in quotes, shortened, and what is no text by its kind. Not
 * for PluginInput, which may hold what nobody should read.
 *
 * @param value as JSON.parse returns it, or undefined.
 */
export function shown(value: unknown): string {
  if (typeof value === "string") {
    return shownText(value);
  }
  if (value === undefined) {
    return "missing";
  }
  if (value === null) {
    return "null";
  }
  if (typeof value === "object") {
    return Array.isArray(value) ? "a list" : "an object";
  }
  return `a ${typeof value} (${JSON.stringify(value)})`;
}

/** Whether a text is absent, or has nothing but white space in it. */
export function isBlank(value: string | undefined): value is undefined | "" {
  return value === undefined || value.trim() === "";
}

function shownText(text: string): string {
  if (isBlank(text)) {
    return "empty";
  }
  return JSON.stringify(text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`);
}
