/**
 * Compares refusals as data: the reasons and fields in `status.details.causes`, and the names of the
 * objects. Tests of the sentences are in test/unit and test/fixtures.
 */
import type { StatusCause } from "../../rules/admission/causes";

/** The fields below a Pod's spec or a container. */
export const NAME = "securityContext.windowsOptions.gmsaCredentialSpecName";
export const CONTENTS = "securityContext.windowsOptions.gmsaCredentialSpec";

/**
 * A cause to compare with toEqual.
 *
 * @param names names of objects that its message contains, in any order and between any words.
 */
export function cause(reason: string, field: string, ...names: string[]): StatusCause {
  const named = names.map(name => `(?=[^]*(?<![\\w.-])${name.replaceAll(".", "\\.")}(?![\\w.-]))`);
  return {
    ...{ reason, field },
    message: expect.stringMatching(new RegExp(`^${named.join("")}`)) as string,
  };
}
