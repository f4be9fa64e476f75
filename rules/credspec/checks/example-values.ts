import { domainField } from "./fields";
import { warning, type Finding } from "./finding";
import type { CredspecFields } from "./schema";
import { describeValue, withoutBraces } from "../../text";

/**
 * Values from public guides, which users copy by mistake: kubernetes.io and KEP-689, the test files of
 * kubernetes-sigs/windows-gmsa, Microsoft Learn (containers and AKS), AWS (ECS, EKS, and
 * credentials-fetcher), Rancher, and VMware (TKGI).
 */
const EXAMPLES = {
  Sid: {
    values: [
      "s-1-5-21-2126449477-2524075714-3094792973",
      "s-1-5-21-2126729477-2524075714-3094792973",
      "s-1-5-21-2126729477-2524175714-3194792973",
      "s-1-5-21-2126729477-2524275714-3294792973",
      "s-1-5-21-702590844-1001920913-2680819671",
      "s-1-5-21-4217655605-3681839426-3493040985",
      "s-1-5-21-4066351383-705263209-1606769140",
      "s-1-5-21-2725122404-4129967127-2630707939",
      "s-1-5-21-2421564706-1737585382-3854682907",
      "s-1-5-21-3623811015-3361044348-30300820",
      "s-1-5-21-922537405-2102905723-2121843970",
      "s-1-5-21-857038504-468933455-1338018723",
      "s-1-5-21-3700119848-2853083131-2094573802",
      "s-1-5-21-2554468230-2647958158-2204241789",
    ],
    // 1111111111-2222222222-3333333333, 1234567890 three times, 1-2-3
    madeUp: [/^s-1-5-21(?:-(?:(\d)\1*|123456789\d?|987654321\d?)){3}$/],
    source: "(Get-ADDomain).DomainSID.Value",
  },
  Guid: {
    values: [
      "244818ae-87ac-4fcd-92ec-e79e5252348a",
      "244818ae-87ca-4fcd-92ec-e79e5252348a",
      "56d9b66c-d746-4f87-bd26-26760cfdca2e",
      "af602f85-d754-4eea-9fa8-fd76810485f1",
      "ac822f13-583e-49f7-aa7b-284f9a8c97b6",
      "e96e0e09-9305-462f-9e44-8a8179722897",
      "6a91814c-e151-4fb0-96f0-f517566fc883",
      "bf3f2e6e-8a3c-4f7a-8d0f-9e389e6d3333",
      "bae5a583-612f-4e8a-9b69-9df1c5c9b81a",
      "59d60a02-be02-4fd3-8a7f-c7c6c0daceaa",
      "630a7dd3-2d3e-4471-ae91-1d9ea2556cd5",
      "8665abd4-e947-4dd0-9a51-f8254943c90b",
    ],
    // 12345678-…, 01234567-89ab-…, a1b2c3d4-…, deadbeef-…, 11111111-…, and the form of
    // Microsoft Learn, in which every digit is doubled: 66aa66aa-bb77-…
    madeUp: [
      /^(?:01234567|12345678|87654321|98765432|89abcdef|fedcba98)-/,
      /^(?:a\db\dc\dd|b\dc\dd\de|c\dd\de\df)\d-/,
      /^(?:deadbeef|cafebabe|abcdef\d\d|abcdabcd)-/,
      /^([1-9a-f])\1{7}-/,
      /^(?!0{8}-0{4}-)(?:([0-9a-f])\1-?){16}$/,
    ],
    source: "(Get-ADDomain).ObjectGUID.Guid",
  },
} as const;
/** The RID of an account, at the end of its SID. */
const RELATIVE_ID = /^(s-1-5-21(?:-\d+){3})-\d+$/;

/** Checks that SID and GUID were not copied from an example. */
export function checkExampleValues({ DomainJoinConfig: domain = {} }: CredspecFields): Finding[] {
  return (Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[]).flatMap(key => {
    const { values, madeUp, source } = EXAMPLES[key];
    const value = domain[key];
    if (value === undefined) return [];
    const plain = withoutBraces(value.trim()).toLowerCase().replace(RELATIVE_ID, "$1");
    const isExample =
      values.some(sample => sample === plain) || madeUp.some(form => form.test(plain));
    return !isExample
      ? []
      : warning({
          path: domainField(key),
          found: `${describeValue(value)}, copied from an example in the documentation`,
          expected: "that of your domain",
          remedy: `${source} shows it`,
        });
  });
}
