/** Pure: which command makes the grant that a refusal asks for. */
import { isObjectName } from "../../rules/object";
import type { Refusal } from "../workloads/admission-now";

/** The sentences of rules/admission/denial.ts, which come from the API server as text. */
const PROBLEM =
  /^service account "(?<account>[^"]+)" is not authorized to `use` GMSA cred spec "(?<credspec>[^"]+)"/;
const REMEDY = /RoleBinding in namespace "(?<namespace>[^"]+)"/;

/** What to do about a refusal, with the command that does it where there is one. */
export function remedyWithCommand({
  problem,
  remedy,
}: Pick<Refusal, "problem" | "remedy">): string {
  const { account, credspec = "" } = PROBLEM.exec(problem)?.groups ?? {};
  const { namespace } = REMEDY.exec(remedy)?.groups ?? {};
  if (account === undefined || namespace === undefined || !isObjectName(credspec)) {
    return remedy;
  }
  const command = `gmsa grant ${credspec} --service-account ${namespace}/${account}`;
  return `${remedy} \`${command}\` does it, or prints the objects with --dry-run client.`;
}
