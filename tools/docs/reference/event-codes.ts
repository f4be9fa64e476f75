/** The reference of the codes in events, from their meanings. */
import { START_HRESULTS, START_MEANINGS } from "../../../cli/inside/start-meanings";
import { FROM_WIN32, hexadecimal } from "../../../cli/inside/windows-codes";
import { markdownTable } from "./markdown-table";

export function eventCodesTable(): string {
  const win32 = Object.entries(START_MEANINGS).map(
    ([code, meaning]) => [FROM_WIN32 * 0x1_0000 + Number(code), meaning] as const,
  );
  const others = Object.entries(START_HRESULTS).map(
    ([code, meaning]) => [Number(code), meaning] as const,
  );
  return markdownTable(
    ["code", "name", "means"],
    [...win32, ...others].map(([code, { name, means }]) => [
      hexadecimal(code),
      `\`${name}\``,
      means,
    ]),
  );
}
