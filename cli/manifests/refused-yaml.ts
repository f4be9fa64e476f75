/**
 * YAML that js-yaml accepts and kubectl refuses: a key that is null, a list or a mapping, such as `{{ name }}`
 * without quotes, and `\/` in double quotes.
 *
 * Source: decode.go and scannerc.go of go.yaml.in/yaml/v2; convertToJSONableObject of sigs.k8s.io/yaml.
 */
import type { LoadOptions, Schema, State } from "js-yaml";
import { YAMLException, loadAll } from "js-yaml";

/** Finds every such text, and a few others. Reads each character a constant number of times. */
const MAY_BE_REFUSED = /(?:^|[\s{[,?-])(?:~|null)?:(?:\s|$)|[\]}]:|\{\s*[{[]|\?\s|\\\//im;

/** Text from the end of the value before to the end of a scalar in double quotes, with an escaped slash. */
const ESCAPED_SLASH = /^(?:\s|#.*\n|[!&]\S*\s)*"(?:[^"\\]|\\[^/])*\\\//;

/**
 * @param schema of the parser whose result is checked.
 * @throws YAMLException with the position of the fault.
 */
export function refuseLikeKubectl(text: string, schema: Schema): void {
  if (!MAY_BE_REFUSED.test(text)) return;
  const starts: number[] = [];
  const listener: LoadOptions["listener"] = (event, state) => {
    if (event === "open") {
      starts.push(state.position);
      return;
    }
    const source = state.input.slice(starts.pop(), state.position);
    if (ESCAPED_SLASH.test(source)) throw new YAMLException("unknown escape \\/", markOf(state));
    const kind = noKey(state.result);
    if (kind !== undefined) state.result = new NoKey(kind, markOf(state));
  };
  loadAll(text, undefined, { schema, json: true, listener });
}

/** The kind of a value that cannot be a key. */
function noKey(value: unknown): string | undefined {
  if (value === null) return "null";
  if (typeof value !== "object") return undefined;
  return Array.isArray(value) ? "a list" : "a mapping";
}

function markOf({ line, position, lineStart }: State): YAMLException["mark"] {
  return { line, column: position - lineStart } as YAMLException["mark"];
}

/** Takes the place of such a value. js-yaml converts keys to strings, and nothing else. */
class NoKey {
  /** Without it, js-yaml does not call toString. */
  readonly [Symbol.toStringTag] = "NoKey";

  constructor(
    private readonly kind: string,
    private readonly mark: YAMLException["mark"],
  ) {}

  toString(): string {
    throw new YAMLException(`${this.kind} cannot be a key`, this.mark);
  }
}
