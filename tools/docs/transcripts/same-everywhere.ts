/** What differs from one run to the next, and what stands for it when transcripts are compared. */
const VARIABLE: readonly [RegExp, string][] = [
  // Ends of lines first: columns are as wide as what is in them.
  [/[ \t]+$/gm, ""],
  [/\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?Z| UTC)?)?/g, "<date>"],
  [/\b\d+(?:\.\d+)? (?:s|ms|seconds?|days?|hours?)\b/g, "<duration>"],
  [/\b(?:\d+d)?(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?s\b/g, "<duration>"],
  [/\b\d+d\b/g, "<duration>"],
  [/\b(?:[0-9A-F]{2}:){7,}[0-9A-F]{2}\b/g, "<fingerprint>"],
  [/\b[0-9a-f]{12,}\b/g, "<hash>"],
  [/-ca-[0-9a-f]{8}\b/g, "-ca-<id>"],
  [/\b127\.\d+\.\d+\.\d+\b/g, "<address>"],
  // The names that ReplicaSets and Deployments give.
  [/-[0-9a-f]{7,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "-<pod>"],
  [/\bv\d+\.\d+\.\d+\b/g, "<version>"],
  [/ {2,}/g, "  "],
];

/** The same text for two runs that say the same. */
export function sameEverywhere(text: string): string {
  return VARIABLE.reduce((result, [what, instead]) => result.replace(what, instead), text);
}
