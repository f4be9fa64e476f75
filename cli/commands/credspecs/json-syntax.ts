/**
 * The first syntax error of a text that is not JSON. A separate module, so that it loads only after an error.
 */
import { parse, printParseErrorCode, type ParseError } from "jsonc-parser";

/** The place of the error, and the reason. */
export interface SyntaxProblem {
  line: number;
  message: string;
}

/** The codes of jsonc-parser in words. A code that is not listed is reported as it is. */
const MEANINGS: Readonly<Record<string, string>> = {
  InvalidSymbol: "not valid JSON",
  InvalidNumberFormat: "not a JSON number",
  PropertyNameExpected: "expected a key in double quotes (is there a comma too many?)",
  ValueExpected: "expected a value (is there a comma too many?)",
  ColonExpected: "expected a colon",
  CommaExpected: "expected a comma",
  CloseBraceExpected: "a } is missing",
  CloseBracketExpected: "a ] is missing",
  EndOfFileExpected: "unexpected text after the end of the JSON",
  InvalidCommentToken: "JSON does not allow comments",
  UnexpectedEndOfComment: "JSON does not allow comments",
  UnexpectedEndOfString: "a string does not end on its line",
  UnexpectedEndOfNumber: "not a JSON number",
  InvalidUnicode: "\\u must be followed by four hexadecimal digits",
  InvalidEscapeCharacter: "a \\ in a string is written \\\\",
  InvalidCharacter: "a string cannot hold this character unescaped",
};

/** The first error. */
export function syntaxProblemOf(text: string): SyntaxProblem {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first === undefined) return { line: 1, message: "not JSON" };
  const code = printParseErrorCode(first.error);
  const before = text.slice(0, first.offset).split("\n");
  const column = (before.at(-1) ?? "").length + 1;
  return { line: before.length, message: `column ${column}: ${MEANINGS[code] ?? code}` };
}
