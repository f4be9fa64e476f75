/** What is wrong with a text that is no JSON, and where. Loaded only where there is one. */
import { parse, printParseErrorCode, type ParseError } from "jsonc-parser";

/** Where JSON ends, and why. */
export interface SyntaxProblem {
  line: number;
  message: string;
}

/** The codes of jsonc-parser in words; what is not here is said by the code itself. */
const MEANINGS: Readonly<Record<string, string>> = {
  InvalidSymbol: "this is no JSON value",
  InvalidNumberFormat: "this is no JSON number",
  PropertyNameExpected: "a key in double quotes should be here (is there a comma too many?)",
  ValueExpected: "a value should be here (is there a comma too many?)",
  ColonExpected: "a colon should be here",
  CommaExpected: "a comma should be here",
  CloseBraceExpected: "a } is missing",
  CloseBracketExpected: "a ] is missing",
  EndOfFileExpected: "there is something after the end of the JSON",
  InvalidCommentToken: "JSON has no comments",
  UnexpectedEndOfComment: "JSON has no comments",
  UnexpectedEndOfString: "a text does not end in its line",
  UnexpectedEndOfNumber: "this is no JSON number",
  InvalidUnicode: "\\u is followed by four hexadecimal digits",
  InvalidEscapeCharacter: "a \\ in a text is written \\\\",
  InvalidCharacter: "a text cannot hold this character unescaped",
};

/** The first thing that is wrong. */
export function syntaxProblemOf(text: string): SyntaxProblem {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first === undefined) return { line: 1, message: "this is no JSON" };
  const code = printParseErrorCode(first.error);
  const before = text.slice(0, first.offset).split("\n");
  const column = (before.at(-1) ?? "").length + 1;
  return { line: before.length, message: `column ${column}: ${MEANINGS[code] ?? code}` };
}
