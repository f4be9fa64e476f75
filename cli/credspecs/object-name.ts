import { LONGEST_NAME } from "../../rules/object";

/** The nearest name that an object can have: `gmsa-WebApp1` becomes gmsa-webapp1; empty if none is. */
export function objectNameFrom(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
  return joinLabels(joinLabels(plain).slice(0, LONGEST_NAME));
}

function joinLabels(text: string): string {
  return text
    .split(".")
    .map(label => label.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, ""))
    .filter(label => label !== "")
    .join(".");
}
