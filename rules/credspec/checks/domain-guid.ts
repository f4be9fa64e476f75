import { domainField } from "./fields";
import { error, warning, writing, type Finding } from "./finding";
import { isGuid, withoutBraces, describeValue } from "../../text";
import type { CredspecFields } from "./schema";

const FIELD = domainField("Guid");
const REMEDY = "(Get-ADDomain).ObjectGUID.Guid shows it";
const NIL = "00000000-0000-0000-0000-000000000000";

/** Checks the GUID of the domain. */
export function checkDomainGuid({ DomainJoinConfig: domain }: CredspecFields): Finding[] {
  if (domain === undefined) return [];
  const guid = domain.Guid ?? "";
  const bare = withoutBraces(guid);
  if (!isGuid(bare)) {
    const expected =
      "the GUID of the domain, such as 6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13 (hexadecimal digits only)";
    return [error({ path: FIELD, found: describeValue(domain.Guid), expected, remedy: REMEDY })];
  }
  if (bare === guid && bare !== NIL) return [];
  return [
    warning({
      path: FIELD,
      found: describeValue(guid),
      expected: "the GUID of the domain, without braces",
      remedy: bare === NIL ? REMEDY : `write ${bare}`,
      edit: bare === NIL ? undefined : writing(bare),
    }),
  ];
}
