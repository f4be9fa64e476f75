import { checkCredspec } from "../../capabilities/credspec-check";
import { composeCredspec } from "./compose";
import type { CreateField } from "./create-fields";
import { completeTexts } from "./create-fields";

/** What is wrong with an answer by the rules for its field; undefined if nothing is. */
export function complaintAbout({ key, field }: CreateField, answer: string): string | undefined {
  const credspec = composeCredspec({
    ...completeTexts({ [key]: answer }),
    additionalAccounts: [],
    portable: undefined,
  });
  const finding = checkCredspec(credspec).find(({ field: found }) => found === field);
  return finding && `It should be ${finding.expected}: ${finding.remedy}`;
}
