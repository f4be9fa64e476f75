/** A limit for recursive functions, which would exhaust the stack otherwise. js-yaml has the same limit. */
export const DEEPEST = 100;

/** The nesting depth of a JSON text. Reads each character once. */
export function nestingOf(json: string): number {
  let open = 0;
  let most = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json.charAt(at)) {
      case '"':
        at = endOfString(json, at);
        break;
      case "[":
      case "{":
        open++;
        most = Math.max(most, open);
        break;
      case "]":
      case "}":
        open--;
        break;
    }
  }
  return most;
}

/** The end of the first value in a JSON text. Undefined if it is not closed, or nested too deeply. */
export function endOfValue(json: string): number | undefined {
  let open = 0;
  for (let at = 0; at < json.length && open <= DEEPEST; at++) {
    const character = json.charAt(at);
    if (character === '"') at = endOfString(json, at);
    else if (character === "[" || character === "{") open++;
    else if ((character === "]" || character === "}") && --open === 0) return at + 1;
  }
  return undefined;
}

/** The closing quote of a string, or the end of the JSON. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') {
    at += json[at] === "\\" ? 2 : 1;
  }
  return at;
}
