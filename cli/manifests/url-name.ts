/** Whether a name is an address that is fetched, as kubectl tells it; apart, since few commands fetch. */
export function isUrl(name: string): boolean {
  return /^https?:\/\//.test(name);
}
