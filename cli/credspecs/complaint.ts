import { checkCredspec } from "../../rules/credspec/checks/check-credspec";
import { ACCOUNTS, DOMAIN, accountField, domainField } from "../../rules/credspec/checks/fields";
import { composeCredspec } from "../commands/credspecs/compose";
import type { CreateField } from "../commands/credspecs/create-fields";
import { completeTexts } from "../commands/credspecs/create-fields";

/** Why an answer is not what was asked for. */
export interface Complaint {
  /** What it should be. */
  text: string;
  /** Whether a credspec can be made with it all the same. */
  bearable: boolean;
}

/** What is missing altogether if the field is empty. */
const MISSING_WITHOUT: Readonly<Record<string, string>> = {
  [accountField(0, "Name")]: ACCOUNTS,
  [domainField("DnsName")]: DOMAIN,
};

/** What is wrong with an answer by the rules for its field; undefined if nothing is. */
export function complaintAbout({ key, field }: CreateField, answer: string): Complaint | undefined {
  const credspec = composeCredspec({
    ...completeTexts({ [key]: answer }),
    additionalAccounts: [],
    portable: undefined,
  });
  const finding = checkCredspec(credspec).find(
    ({ field: found }) => found === field || found === MISSING_WITHOUT[field],
  );
  return (
    finding && {
      text: `It should be ${finding.expected}: ${finding.remedy}`,
      bearable: finding.level === "warning",
    }
  );
}
