import { DNS_NAMES } from "../certificates/names";
import { trialHandshake } from "../certificates/trial-handshake";
import { certificatesIn } from "../certificates/trust-bundle";
import { checkPair } from "./key-pair";
import type { UsablePair } from "./key-pair";
import type { MountedFiles } from "./mounted-files";

/**
 * Checks what is mounted as an API server will, which trusts the CA that comes with it.
 *
 * @throws Error whose message says why it cannot be served, in words for a log line.
 */
export async function checkFiles(files: MountedFiles): Promise<UsablePair> {
  const pair = checkPair(files, new Date());
  const anchors = certificatesIn(files.ca);
  if (anchors.length > 0) {
    const why = await trialHandshake(pair, anchors, DNS_NAMES[0]);
    if (why !== undefined) {
      throw new Error(why);
    }
  }
  return pair;
}
