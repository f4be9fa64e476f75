import { domainField } from "./fields";
import { warning, type Finding } from "./finding";
import type { CredspecFields } from "./schema";
import { describeValue } from "../../text";

/** Values of the examples on kubernetes.io and Microsoft Learn, which get copied with the rest. */
const EXAMPLES = {
  Sid: {
    values: [
      "S-1-5-21-2126449477-2524075714-3094792973",
      "S-1-5-21-702590844-1001920913-2680819671",
    ],
    source: "(Get-ADDomain).DomainSID.Value",
  },
  Guid: {
    values: ["244818ae-87ac-4fcd-92ec-e79e5252348a", "56d9b66c-d746-4f87-bd26-26760cfdca2e"],
    source: "(Get-ADDomain).ObjectGUID.Guid",
  },
} as const;

/** SID and GUID are those of a domain of the user, not of an example. */
export function checkExampleValues({ DomainJoinConfig: domain = {} }: CredspecFields): Finding[] {
  return (Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[]).flatMap(key => {
    const { values, source } = EXAMPLES[key];
    const value = domain[key];
    const isExample = value !== undefined && values.some(sample => sample === value);
    return !isExample
      ? []
      : warning({
          path: domainField(key),
          found: `${describeValue(value)}, copied from an example in the documentation`,
          expected: "that of your domain",
          remedy: `${source} has it`,
        });
  });
}
