/** The reference of the codes in events, from their meanings. */
import { START_HRESULTS, START_MEANINGS } from "../../../cli/inside/start-meanings";
import { hexadecimal } from "../../../cli/inside/windows-codes";
import { markdownTable } from "./markdown-table";

/** The HRESULT of a Win32 code is this number more. */
const FROM_WIN32 = 0x8007_0000;

export function eventCodesTable(): string {
  const win32 = Object.entries(START_MEANINGS).map(
    ([code, meaning]) => [FROM_WIN32 + Number(code), meaning] as const,
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
