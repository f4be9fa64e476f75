import { canonicalJson } from "../canonical-json";
import { CREDSPEC } from "./fields";
import { error, type Finding } from "./finding";

/** The limit of the API server for gmsaCredentialSpec (core/v1 validation), in bytes. */
export const MAX_CONTENTS_BYTES = 64 * 1024;

/** `<` becomes \u003c. */
const MAX_BYTES_OF_A_CHARACTER = 6;

/** Checks that the contents, as inlined into Pods, are within the API server's limit. */
export function checkSize(credspec: object): Finding[] {
  if (JSON.stringify(credspec).length * MAX_BYTES_OF_A_CHARACTER <= MAX_CONTENTS_BYTES) return [];
  const size = Buffer.byteLength(canonicalJson(credspec));
  return size <= MAX_CONTENTS_BYTES
    ? []
    : [
        error({
          path: CREDSPEC,
          found: `${size} bytes of JSON`,
          expected: `at most ${MAX_CONTENTS_BYTES} bytes (64 KiB), the limit of the Pod field`,
          remedy:
            "remove accounts that the workloads do not need, or create several credential specs",
        }),
      ];
}
