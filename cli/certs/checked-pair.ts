import type { SignedPair } from "../../certificates/authority";
import { anchorsOf, toPem } from "../../pki/trust-bundle";
import { Failure } from "../terminal/failure";
import { refusalOf } from "../certificates/read";

/**
 * Tries a pair as an API server would, and fills in its CA.
 *
 * @throws Failure that says what is wrong with it.
 */
export async function checkedPair(pair: SignedPair, now: Date): Promise<SignedPair> {
  const refusal = await refusalOf(pair, now);
  if (refusal !== undefined) {
    throw new Failure(`the pair cannot be used: ${refusal}`, "Nothing was changed.");
  }
  return { ...pair, ca: toPem(anchorsOf(pair)) };
}
