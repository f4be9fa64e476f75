import { DNS_NAMES } from "../certificates/annotations";
import { trialHandshake } from "../pki/handshake";
import { certificatesIn } from "../pki/trust-bundle";
import { checkPair } from "../pki/key-pair";
import type { UsablePair } from "../pki/key-pair";
import type { MountedFiles } from "../webhook/mounted-files";

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
