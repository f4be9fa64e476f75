import { readSettings } from "../../../certificates/settings";

describe("settings of the certificates program", () => {
  test("have defaults, and are read from the environment", () => {
    expect(readSettings({})).toMatchObject({
      ...{ days: 365, trustOldMs: 600_000, rotatePathMs: 24 * 3_600_000 },
    });
    expect(readSettings({ PATH_HOURS: "2" })).toMatchObject({ rotatePathMs: 7_200_000 });
    expect(readSettings({ CERTIFICATE_DAYS: "0.5", TRUST_OLD_MINUTES: "1" })).toMatchObject({
      days: 0.5,
      trustOldMs: 60_000,
    });
  });

  test.each(["0.01", "1e9"])("refuse %s days, too few or too many to renew in time", text => {
    expect(() => readSettings({ CERTIFICATE_DAYS: text })).toThrow(
      "CERTIFICATE_DAYS must be from 0.015 to 36500",
    );
  });

  test("know two ways to trust", () => {
    expect(readSettings({}).trust).toBe("automatic");
    expect(readSettings({ CERTIFICATE_TRUST: "manual" }).trust).toBe("manual");
    expect(() => readSettings({ CERTIFICATE_TRUST: "Manual" })).toThrow(
      'CERTIFICATE_TRUST must be automatic or manual, and is "Manual"',
    );
  });

  test.each(["", "0", "-1", "a year"])("refuse %j as a number of days", text => {
    expect(() => readSettings({ CERTIFICATE_DAYS: text })).toThrow(
      `CERTIFICATE_DAYS must be a positive number, and is "${text}"`,
    );
  });
});
