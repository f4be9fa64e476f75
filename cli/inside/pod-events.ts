/**
 * Pure: why a container does not start, from the events of its Pod. The messages come from the kubelet, the
 * container runtime and Windows, in many forms. Only the codes in them count.
 */
import type { CoreV1Event } from "@kubernetes/client-node";

import type { Lookup } from "../api/calls";
import { fail, skip, type Observed } from "../diagnosis/report/check";
import { startMeaning } from "./nt-status";

/** Reasons of events about a sandbox or a container that could not be created or started. */
const REASONS = ["FailedCreatePodSandBox", "FailedCreatePodContainer", "Failed", "FailedStart"];
/** Failures before a sandbox is created. The reason is enough, because Windows is not involved yet. */
const BEFORE: Readonly<Record<string, string>> = {
  FailedScheduling: "the Pod does not fit on any node",
  FailedMount: "a volume of the Pod cannot be mounted",
  FailedAttachVolume: "a volume of the Pod cannot be attached to the node",
};
/**
 * "winapi error #3489792023" of hcsshim, "HRESULT: 2147944122" of .NET. Without such a word, a number of ten
 * digits may be a size in bytes.
 */
const DECIMAL = /(?:#|\b(?:error|code|hresult)\b[ :=]{1,3})(\d{10})\b/gi;
/** A signed HRESULT: "-2147023174". */
const SIGNED = /(?<![\w.-])[-\u2212](\d{9,10})\b/g;
/** The form of Windows: "(0xC0020017)". Shorter numbers are addresses and flags. */
const HEXADECIMAL = /\b0x([0-9a-f]{8})\b/gi;
/** The forms of hcsshim and of Go for a Win32 code. These words are always in English. */
const WIN32 = /\b(?:in Win32|Windows system call): [^(]*\(0x([0-9a-f]{1,4})\)/gi;
/** Messages of the kubelet and of containerd without a code. They are always in English. */
const TEXTS: readonly (readonly [pattern: RegExp, means: string, remedy: string])[] = [
  [
    /no match for platform in manifest/,
    "the image does not have a variant for the node's Windows build or processor",
    "Use an image of the node's build, or select matching nodes with node.kubernetes.io/windows-build.",
  ],
  [
    /^Failed to pull image|ErrImagePull|ImagePullBackOff/,
    "the image cannot be pulled",
    "Check the name of the image, and the Pod's imagePullSecrets.",
  ],
  [
    /no runtime for "[^"]*" is configured/,
    "the node's container runtime does not know the handler of the RuntimeClass",
    "Configure the handler in containerd on the node, or remove runtimeClassName.",
  ],
  // A message of Windows. In other languages it also has its code.
  [
    /container operating system does not match the host operating system/i,
    "the image is for a different Windows build than the node's",
    "Use an image of the node's build, or select matching nodes with node.kubernetes.io/windows-build.",
  ],
];
/** The range of NTSTATUS and HRESULT error codes. */
const MOST_UNSIGNED = 0xffff_ffff;
const ERRORS_FROM = 0x8000_0000;

/**
 * Reports a failure for each code once, newest first. Without a code, it reports the newest event's reason.
 */
export function judgeEvents(events: Lookup<readonly CoreV1Event[]>): Observed[] {
  if (!events.known) return [{ level: "unknown", message: events.why }];
  const failures = events.value
    .filter(({ type, reason = "" }) => type === "Warning" && REASONS.includes(reason))
    .sort((left, right) => timeOf(right) - timeOf(left));
  const [newest] = failures;
  if (newest === undefined) return observeBefore(events.value);
  const byCode = new Map<number, string>();
  for (const { reason = "", message = "" } of failures) {
    for (const code of codesIn(message)) {
      if (!byCode.has(code)) byCode.set(code, reason);
    }
  }
  if (byCode.size === 0) {
    const told = failures.flatMap(byText).slice(0, 1);
    return told.length > 0
      ? told
      : [fail(`event ${String(newest.reason)} does not contain a Windows code`, SEE_EVENTS)];
  }
  return [...byCode].map(([code, reason]) => {
    const { said, means, remedy } = startMeaning(code);
    const what = `Windows reports ${said}${means === undefined ? "" : `: ${means}`}`;
    return fail(`event ${reason}: ${what}`, `${remedy} ${SEE_EVENTS}`);
  });
}

/** Reports failures that occurred before a sandbox was created. */
function observeBefore(events: readonly CoreV1Event[]): Observed[] {
  const reasons = events.filter(({ type }) => type === "Warning").map(({ reason = "" }) => reason);
  const told = [...new Set(reasons)].flatMap(reason => {
    const means = BEFORE[reason];
    return means === undefined ? [] : [fail(`event ${reason}: ${means}`, SEE_EVENTS)];
  });
  return told.length > 0 ? told : [skip("no event explains why it does not run")];
}

const SEE_EVENTS = "Run `kubectl describe pod` to see the whole text.";

function byText({ reason = "", message = "" }: CoreV1Event): Observed[] {
  return TEXTS.filter(([pattern]) => pattern.test(message)).map(([, means, remedy]) =>
    fail(`event ${reason}: ${means}`, `${remedy} ${SEE_EVENTS}`),
  );
}

function codesIn(text: string): number[] {
  const numbers = (pattern: RegExp, base: number): number[] =>
    [...text.matchAll(pattern)].map(([, digits = ""]) => parseInt(digits, base));
  const signed = numbers(SIGNED, 10).map(digits => MOST_UNSIGNED + 1 - digits);
  const found = [...numbers(DECIMAL, 10), ...numbers(HEXADECIMAL, 16), ...signed];
  const errors = found.filter(code => code >= ERRORS_FROM && code <= MOST_UNSIGNED);
  return [...errors, ...numbers(WIN32, 16).filter(code => code !== 0)];
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  const time = lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
  return time === undefined ? 0 : new Date(time).getTime();
}
