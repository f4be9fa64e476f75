import type { SignedPair } from "../../certificates/authority";
import { anchorsOf, toPem } from "../../certificates/trust-bundle";
import { Failure } from "../failure";
import { refusalOf } from "./read-facts";

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
