import type { Webhook } from "../../../manifests/shipped";

/** Settings without which requests are treated otherwise, but that do not decide which are seen. */
const CALL_SETTINGS = [
  "timeoutSeconds",
  "matchPolicy",
  "sideEffects",
  "reinvocationPolicy",
] as const;

type CallSettings = Partial<Record<(typeof CALL_SETTINGS)[number], string | number>>;

/** A setting that is not as it was shipped; `unset` where there is none. */
export interface OtherSetting {
  setting: string;
  is: string;
  shouldBe: string;
}

/** How the calls of a webhook differ from those of the one that was shipped. */
export function otherCallSettings(webhook: Webhook, shipped: Webhook): OtherSetting[] {
  const [found, expected]: [CallSettings, CallSettings] = [webhook, shipped];
  return CALL_SETTINGS.filter(
    // What one of the two kinds does not have is in neither.
    setting => found[setting] !== expected[setting],
  ).map(setting => ({
    setting,
    is: String(found[setting] ?? "unset"),
    shouldBe: String(expected[setting] ?? "unset"),
  }));
}
