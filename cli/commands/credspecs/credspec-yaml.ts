import { dump } from "js-yaml";

import { CREDSPEC_KIND, CREDSPEC_RESOURCE } from "../../../rules/credspec/resource";
import { asYamlValue } from "./exact-json";
import type { NamedCredspec } from "../../credspecs/named-credspec";

/** The object that holds a credspec. */
export function credspecObject({ name, credspec }: Omit<NamedCredspec, "exactJson">): object {
  return { ...head(name), credspec };
}

/** The object that holds a credspec, as YAML; nothing that the credspec says is lost. */
export function credspecYaml({ name, credspec, exactJson }: NamedCredspec): string {
  return exactJson === undefined
    ? yamlOf(credspecObject({ name, credspec }))
    : `${yamlOf(head(name))}credspec: ${asYamlValue(exactJson)}\n`;
}

/** Any object as YAML. */
export function yamlOf(object: object): string {
  return dump(object, { lineWidth: -1, noRefs: true });
}

/** Several YAML documents as one text. */
export function yamlStream(documents: readonly string[]): string {
  return documents.join("---\n");
}

function head(name: string): object {
  return {
    apiVersion: `${CREDSPEC_RESOURCE.group}/${CREDSPEC_RESOURCE.version}`,
    kind: CREDSPEC_KIND,
    metadata: { name },
  };
}
