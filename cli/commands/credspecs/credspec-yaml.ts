import { CREDSPEC_RESOURCE, CREDSPEC_KIND } from "../../../rules/credspec/resource";
import { yamlOf } from "../../terminal/yaml";
import { asYamlValue } from "./exact-json";

/** The GMSACredentialSpec object of a credential spec. */
export function credspecObject({ name, credspec }: Omit<NamedCredspec, "exactJson">): object {
  return { ...head(name), credspec };
}

/** The same object as YAML, without loss of digits or keys. */
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

/** A credential spec with the name of its object. */
export interface NamedCredspec {
  /** metadata.name */
  name: string;
  /** The value of the key `credspec`, as JSON.parse returns it. */
  credspec: unknown;
  /** Its JSON, if JSON.parse would lose a part of it. */
  exactJson?: string;
}
