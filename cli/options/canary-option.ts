import { InvalidArgumentError, Option } from "commander";

import type { Probe } from "../../rules/canary/probe";
import { isNamespaceName, isObjectName } from "../../rules/object";

/** The option `--canary namespace/serviceaccount/credspec`. */
export function canaryOption(): Option {
  return new Option(
    "--canary <namespace/serviceaccount/credspec>",
    "also try a Pod that must be admitted, as a dry run",
  ).argParser(parseCanary);
}

/**
 * Parses the Pod that must be admitted.
 *
 * @throws InvalidArgumentError, which commander shows with the option's name.
 */
export function parseCanary(text: string): Probe {
  const [namespace = "", serviceAccount = "", credspec = "", ...rest] = text.split("/");
  const areNames = [serviceAccount, credspec].every(isObjectName) && isNamespaceName(namespace);
  if (!areNames || rest.length > 0) {
    throw new InvalidArgumentError(
      "It must be a namespace, a service account and a credential spec, such as shop/web/webapp1.",
    );
  }
  return { namespace, expect: "admitted", serviceAccount, credspec };
}
