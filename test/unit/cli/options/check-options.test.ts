import { leastThatFails } from "../../../../cli/options/check-options";

test("--strict counts regardless of --fail-on", () => {
  expect(leastThatFails({ failOn: "error", strict: true })).toBe("unknown");
  expect(leastThatFails({ failOn: "warning", strict: false })).toBe("warning");
  expect(leastThatFails({ failOn: "error" })).toBe("error");
});
