import { readDashboard, type Panel } from "../../../../../tools/docs/dashboard/dashboard";
import type { Line, DrawnPanel } from "../../../../../tools/docs/dashboard/panel-data";
import { aligned } from "../../../../../tools/docs/dashboard/panel-chart";
import { drawPanels } from "../../../../../tools/docs/dashboard/draw-panels";
import { formatOf, tickUnit } from "../../../../../tools/docs/dashboard/units";

test.each([
  ["short", 0, "0"],
  ["short", 1234.4, "1234"],
  ["s", 0, "0"],
  ["s", 0.0004, "0.4 ms"],
  ["s", 0.00246, "2.5 ms"],
  ["s", 2.5, "2.5 s"],
  ["s", 90, "1.5 min"],
  ["s", 7200, "2 h"],
  ["s", 864_000, "10 days"],
  ["s", -90, "-1.5 min"],
  ["bytes", 128 * 1024 * 1024, "128 MiB"],
  ["percentunit", 0.915, "92%"],
  ["reqpm", 61.6, "62/min"],
])("%s %d is written as %s", (unit, value, written) => {
  expect(formatOf(unit)(value)).toBe(written);
});

test("an unknown unit is an error", () => {
  expect(() => formatOf("furlongs")).toThrow("the unit furlongs is not known");
  expect(() => tickUnit("furlongs", 1)).toThrow("the unit furlongs is not known");
});

test.each([
  ["short", 5000, 1],
  ["s", 0, 0.001],
  ["s", 0.036, 0.001],
  ["s", 365 * 86_400, 86_400],
  ["bytes", 150 * 1024 * 1024, 1024 * 1024],
  ["percentunit", 0.9, 0.01],
])("ticks of %s up to %d are round in %d", (unit, max, size) => {
  expect(tickUnit(unit, max)).toBe(size);
});

test("lines that are stacked have the same times, and 0 where they had no value", () => {
  const line = (name: string, points: Line["points"]): Line => ({ name, labels: {}, points });
  const lines = [
    line("late", [[30, 3]]),
    line("gap", [
      [10, 1],
      [30, 2],
    ]),
    line("early", [[20, 5]]),
  ];
  expect(aligned(lines).map(({ points }) => points)).toEqual([
    [10, 20, 30].map(time => [time, time === 30 ? 3 : 0]),
    [
      [10, 1],
      [20, 0],
      [30, 2],
    ],
    [10, 20, 30].map(time => [time, time === 20 ? 5 : 0]),
  ]);
  expect(lines[2]?.points).toEqual([[20, 5]]);
});

describe("the picture", () => {
  const points: [number, number][] = [
    [1_790_000_000, 1],
    [1_790_000_060, 3],
  ];
  const labels = { pod: "pepr-gmsa-0", version: "0.1.0", pepr: "1.1.4", node: "20.20.2" };

  function shown(panel: Panel): DrawnPanel {
    return { panel, lines: [{ name: `line <${panel.id}>`, labels, points }] };
  }

  test("has every panel with its title and legend, and escapes all text", () => {
    const { panels, title } = readDashboard();
    const svg = drawPanels(title, "three & two", panels.map(shown));
    for (const { title: name } of panels) expect(svg).toContain(`>${name}</text>`);
    for (const { id } of panels.filter(({ type }) => type === "timeseries")) {
      expect(svg).toContain(`line &lt;${id}&gt;`);
    }
    expect(svg).toContain("three &amp; two");
    expect(svg).toContain("20.20.2");
    expect(svg).not.toContain("NaN");
  });

  test("has a legend that continues in the next row if it would be too wide, and loses nothing", () => {
    const chart = readDashboard().panels.find(({ type }) => type === "timeseries") as Panel;
    const names = ["short", "not so short", "x".repeat(70), "last"];
    const lines = names.map(name => ({ name, labels, points }));
    const svg = drawPanels("t", "c", [{ panel: chart, lines }]);
    const rows = names.map(
      name => new RegExp(`transform="translate\\(\\S+ (\\S+)\\)"[^>]*>${name}<`).exec(svg)?.[1],
    );
    expect(rows).not.toContain(undefined);
    expect(rows[1]).toBe(rows[0]);
    expect(Number(rows[2])).toBeGreaterThan(Number(rows[1]));
    // The whole legend is below the axis, whose labels are times.
    const axis = [...svg.matchAll(/translate\(\S+ ([\d.]+)\)"[^>]*>\d\d:\d\d</g)].map(([, y]) =>
      Number(y),
    );
    expect(Number(rows[0])).toBeGreaterThan(Math.max(...axis) + 12);
  });

  test("has the colour of the threshold that a figure has reached", () => {
    const failed = readDashboard().panels.filter(({ title }) => title === "Failed");
    expect(drawPanels("t", "c", failed.map(shown))).toContain('fill="#c4162a"');
    const none = failed.map(panel => ({
      panel,
      lines: [{ name: "", labels, points: [[1, 0]] as [number, number][] }],
    }));
    expect(drawPanels("t", "c", none)).toContain('fill="#37872d"');
  });
});
