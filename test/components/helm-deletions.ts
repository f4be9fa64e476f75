/**
 * The objects that helm deletes, in order, from its --debug output. Helm 3 and Helm 4 have
 * different formats.
 */
export function deletions(debug: string): string[] {
  const lines =
    /Starting delete for "(?<name>\S+)" (?<kind>\S+)|"?starting delete resource"? .*name=(?<name4>\S+) kind=(?<kind4>\S+)/g;
  return [...debug.matchAll(lines)].map(({ groups = {} }) => {
    const { name, kind, name4, kind4 } = groups;
    return `${kind ?? kind4 ?? ""}/${name ?? name4 ?? ""}`;
  });
}
