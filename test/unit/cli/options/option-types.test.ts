import { describeDuration, parseDuration } from "../../../../cli/options/option-types";

describe("a duration", () => {
  test.each([
    ["90s", 90_000],
    ["5m", 300_000],
    ["1m30s", 90_000],
    ["1h0.5m", 3_630_000],
    ["500ms", 500],
    ["1m500ms", 60_500],
    [".5s", 500],
    ["1.s", 1000],
    ["250us", 0.25],
  ])("is read: %s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each(["", "5", "5 m", "m", "-5m", "5d", "5mx", ".s", "5msx"])("is refused: '%s'", text => {
    expect(() => parseDuration(text)).toThrow("It must be a duration such as 90s, 5m or 1m30s.");
  });

  test.each([
    [0, "0s"],
    [600_000, "10m"],
    [90_000, "1m30s"],
    [500, "500ms"],
    [1500, "1s500ms"],
    [3_600_000, "1h"],
  ])("is written: %d ms", (milliseconds, text) => {
    expect(describeDuration(milliseconds)).toBe(text);
  });
});
