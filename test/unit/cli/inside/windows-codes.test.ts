import { kerberosMeaning, startMeaning } from "../../../../cli/inside/nt-status";
import { START_MEANINGS } from "../../../../cli/inside/start-meanings";
import { hexadecimal, plainStatus, win32Of } from "../../../../cli/inside/windows-codes";

const FROM_WIN32 = 0x8007_0000;
const FACILITY_NT = 0x1000_0000;

/** The meaning, without the code. */
function meaningOf(code: number): object {
  const { means, remedy } = startMeaning(code);
  return { means, remedy };
}

test.each(Object.entries(START_MEANINGS).map(([code, { name }]) => [Number(code), name] as const))(
  "%i %s has the same meaning as an HRESULT",
  (win32, name) => {
    const hresult = FROM_WIN32 + win32;
    expect(startMeaning(hresult)).toEqual({
      ...startMeaning(win32),
      said: `${hexadecimal(hresult)} ${name}`,
    });
    expect(startMeaning(win32).means).toBe(START_MEANINGS[win32]?.means);
  },
);

test.each([
  [0xc0000022, 5],
  [0xc000005e, 1311],
  [0xc000005f, 1312],
  [0xc000006d, 1326],
  [0xc0000388, 1265],
  // By rule, and with the numbers of the documentation.
  [0xc0020012, 1717],
  [0xc0020017, 1722],
  [0xc0020018, 1723],
  [0xc002001b, 1726],
  [0xc002001c, 1727],
])("the NTSTATUS %i is the Win32 code %i, also within an HRESULT", (status, win32) => {
  expect([win32Of(status), win32Of(status + FACILITY_NT)]).toEqual([win32, win32]);
  expect(meaningOf(status + FACILITY_NT)).toEqual(meaningOf(FROM_WIN32 + win32));
});

test("an NTSTATUS of RPC has its own name", () => {
  expect(startMeaning(0xd0020017).said).toBe("0xD0020017 RPC_NT_SERVER_UNAVAILABLE");
  expect(kerberosMeaning(0xc0020017).said).toBe("0xC0020017 RPC_NT_SERVER_UNAVAILABLE");
});

test("the NTSTATUS of a container is its HRESULT, and Kerberos' codes have no Win32 code", () => {
  expect(plainStatus(0xc0370106)).toBe(0x80370106);
  expect(win32Of(0x80090303)).toBeUndefined();
  // Beyond the codes that count in parallel, and before the first one.
  expect([win32Of(0xc0020052), win32Of(0xc0020000)]).toEqual([undefined, undefined]);
});

test.each([
  [0xc0020052, "0xC0020052 (3221356626, -1073610670)"],
  [0x80072afe, "0x80072AFE (2147953406, -2147013890, Win32 11006)"],
  [0xffff, "0x0000FFFF (Win32 65535)"],
])("the unknown code %i is shown in every form", (code, said) => {
  expect(startMeaning(code)).toMatchObject({ said, means: undefined });
});
