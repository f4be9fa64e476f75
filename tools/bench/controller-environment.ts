import { isMap, parseAllDocuments } from "yaml";

/**
 * The installation with variables added to the controller's environment.
 *
 * @throws if the installation holds no Deployment.
 */
export function withEnvironment(manifest: string, variables: Record<string, string>): string {
  const documents = parseAllDocuments(manifest);
  const deployment = documents.find(document => document.get("kind") === "Deployment");
  const container = deployment?.getIn(["spec", "template", "spec", "containers", 0]);
  if (!isMap(container)) throw new Error("the installation holds no Deployment");
  for (const [name, value] of Object.entries(variables)) {
    container.addIn(["env"], { name, value });
  }
  return documents.map(document => document.toString({ directives: true })).join("");
}
