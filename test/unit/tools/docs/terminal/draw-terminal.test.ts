import { drawTerminal } from "../../../../../tools/docs/terminal/draw-terminal";

const LONG = "x".repeat(100);

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? "");
}

test("commands have a prompt, and nothing that was printed is lost", () => {
  const svg = drawTerminal(
    "a title",
    [{ command: "gmsa x", output: `a <b> & "c"\n${LONG}\n` }],
    "light",
  );
  expect(textsOf(svg)).toEqual([
    "$ gmsa x",
    'a &lt;b&gt; &amp; "c"',
    LONG.slice(0, 68),
    LONG.slice(68),
  ]);
  expect(svg).toContain("<title>a title</title>");
});

test("a continued command is indented, without spaces, and breaks where JSON does", () => {
  const json = `{"spec":{"${"a".repeat(40)}":"b","${"c".repeat(20)}":"d"}}`;
  const svg = drawTerminal("t", [{ command: `kubectl run ${json}`, output: "" }], "light");
  expect(textsOf(svg)).toEqual([
    "$ kubectl run",
    `{"spec":{"${"a".repeat(40)}":"b",`,
    `"${"c".repeat(20)}":"d"}}`,
  ]);
  const [prompt, ...rest] = [...svg.matchAll(/<text x="([\d.]+)"/g)].map(([, x]) => Number(x));
  expect(rest).toHaveLength(2);
  expect(rest.every(x => x > (prompt ?? Infinity))).toBe(true);
});

test("an error has a colour of its own, in both themes", () => {
  const output = "Error from server: no\n";
  for (const theme of ["light", "dark"] as const) {
    const [refused, admitted] = [output, "pod/web created\n"].map(each =>
      drawTerminal("t", [{ command: "c", output: each }], theme),
    );
    const colour = /fill="(#[0-9a-f]+)">Error/.exec(refused ?? "")?.[1];
    expect(colour).toMatch(/^#/);
    expect(admitted).not.toContain(`fill="${colour ?? ""}">pod`);
  }
});
