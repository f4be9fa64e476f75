/** Values of `--fail-on`: the lowest level that makes a report count as failed. */
export const FAIL_ON = ["error", "warning", "unknown"] as const;
export type FailOn = (typeof FAIL_ON)[number];
