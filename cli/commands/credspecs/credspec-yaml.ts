import { CREDSPEC_RESOURCE, CREDSPEC_KIND } from "../../../rules/credspec/resource";
import { yamlOf } from "../../terminal/yaml";
import { asYamlValue } from "./exact-json";

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

function head(name: string): object {
  return {
    apiVersion: `${CREDSPEC_RESOURCE.group}/${CREDSPEC_RESOURCE.version}`,
    kind: CREDSPEC_KIND,
    metadata: { name },
  };
}

/** A credspec that is to become an object, or was one. */
export interface NamedCredspec {
  /** metadata.name */
  name: string;
  /** What is under the key credspec, as JSON.parse returns it. */
  credspec: unknown;
  /** Its JSON, where JSON.parse would not keep all that it says. */
  exactJson?: string;
}
