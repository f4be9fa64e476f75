/** Which requests a webhook or a policy is about. */
interface Rule {
  apiGroups?: string[];
  apiVersions?: string[];
  operations?: string[];
  resources?: string[];
  scope?: string;
}

/** Rules in words, in an order of their own: equal texts are equal rules. */
export function describeRules(rules: readonly Rule[] | undefined): string {
  return (rules ?? []).map(describeRule).sort().join("; ");
}

function describeRule({ apiGroups, apiVersions, operations, resources, scope }: Rule): string {
  const list = (values: string[] | undefined): string => [...(values ?? [])].sort().join(",");
  const group = list(apiGroups);
  const version = `${group === "" ? "" : `${group}/`}${list(apiVersions)}`;
  return `${list(operations)} ${list(resources)} (${version}, ${scope ?? "*"})`;
}
