/** A credspec that is to become an object, or was one. */
export interface NamedCredspec {
  /** metadata.name */
  name: string;
  /** What is under the key credspec, as JSON.parse returns it. */
  credspec: unknown;
  /** Its JSON, where JSON.parse would not keep all that it says. */
  exactJson?: string;
}
