import { isMap, parseAllDocuments } from "yaml";

/**
 * The installation with variables added to the controller's environment.
 *
 * @throws if the installation holds no Deployment pepr-gmsa.
 */
export function withEnvironment(manifest: string, variables: Record<string, string>): string {
  const documents = parseAllDocuments(manifest);
  const deployment = documents.find(
    document =>
      document.get("kind") === "Deployment" && document.getIn(["metadata", "name"]) === "pepr-gmsa",
  );
  const container = deployment?.getIn(["spec", "template", "spec", "containers", 0]);
  if (!isMap(container)) throw new Error("the installation holds no Deployment pepr-gmsa");
  for (const [name, value] of Object.entries(variables)) {
    container.addIn(["env"], { name, value });
  }
  return documents.map(document => document.toString({ directives: true })).join("");
}
