/** The webhooks' rules match exactly the requests that webhook/asked-review.ts accepts. */
import type {
  V1MutatingWebhookConfiguration,
  V1RuleWithOperations,
  V1ValidatingWebhookConfiguration,
} from "@kubernetes/client-node";

import { combinations } from "../../testbed/manifests/overlay";
import { render, Rendering } from "../../testbed/manifests/rendering";
import { readWarnedKinds, WARNED_KINDS } from "../../rules/workload/warned-kinds";
import { ASKED, type Asked } from "../../webhook/asked-review";

/** Requests that are also accepted, for other configurations than these. */
const BESIDES = {
  mutate: ["UPDATE /v1 pods Namespaced"],
  validate: [],
  both: ["UPDATE /v1 pods/resize Namespaced"],
};

/** Each operation on each resource, as comparable text. */
function ofRules(rules: readonly V1RuleWithOperations[]): string[] {
  return rules.flatMap(({ apiGroups = [], apiVersions = [], operations = [], ...rule }) =>
    apiGroups.flatMap(group =>
      apiVersions.flatMap(version =>
        operations.flatMap(operation =>
          (rule.resources ?? []).map(
            resource => `${operation} ${group}/${version} ${resource} ${rule.scope ?? "*"}`,
          ),
        ),
      ),
    ),
  );
}

function ofTable(table: readonly Asked[]): string[] {
  return table.flatMap(({ group, version, resource, isNamespaced, operations: bySubresource }) =>
    Object.entries(bySubresource).flatMap(([subresource, operations]) =>
      operations.map(operation => {
        const path = subresource === "" ? resource : `${resource}/${subresource}`;
        const scope = isNamespaced ? "Namespaced" : "Cluster";
        return `${operation} ${group}/${version} ${path} ${scope}`;
      }),
    ),
  );
}

function asked({
  webhooks = [],
}: V1MutatingWebhookConfiguration | V1ValidatingWebhookConfiguration): string[] {
  return webhooks.flatMap(({ rules = [] }) => ofRules(rules));
}

/** The kinds in the Deployment's environment, which the rules must match. */
function ofNamedKinds(rendering: Rendering): string[] {
  const { env = [] } =
    rendering.get("Deployment", "pepr-gmsa").spec?.template.spec?.containers[0] ?? {};
  const kinds = readWarnedKinds(env.find(({ name }) => name === WARNED_KINDS)?.value);
  return kinds.flatMap(({ group, plural }) =>
    ["CREATE", "UPDATE"].map(operation => `${operation} ${group}/* ${plural} Namespaced`),
  );
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

test.each(combinations)("$title", async ({ with: chosen }) => {
  const rendering = new Rendering(await render(chosen));
  const configurations = {
    mutate: rendering.all("MutatingWebhookConfiguration"),
    validate: rendering.all("ValidatingWebhookConfiguration"),
  };
  for (const webhook of ["mutate", "validate"] as const) {
    const rules = configurations[webhook].flatMap(asked);
    expect(sorted([...rules, ...BESIDES[webhook], ...BESIDES.both])).toEqual(
      sorted([
        ...ofTable(ASKED[webhook]),
        ...(webhook === "validate" ? ofNamedKinds(rendering) : []),
      ]),
    );
  }
});
