/** YAML files of this repository that are built in: an array of their documents. */
declare module "*.yaml" {
  const documents: unknown[];
  export default documents;
}
