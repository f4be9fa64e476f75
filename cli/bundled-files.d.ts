/** YAML files of this repository, bundled as an array of their documents. */
declare module "*.yaml" {
  const documents: unknown[];
  export default documents;
}

/** Shell scripts, bundled as text. */
declare module "*.bash" {
  const text: string;
  export default text;
}
declare module "*.zsh" {
  const text: string;
  export default text;
}
declare module "*.fish" {
  const text: string;
  export default text;
}
declare module "*.ps1" {
  const text: string;
  export default text;
}
