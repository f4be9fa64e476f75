/**
 * Whether a name is a URL to fetch, by kubectl's rule. In a separate file, because few commands fetch URLs.
 */
export function isUrl(name: string): boolean {
  return /^https?:\/\//.test(name);
}
