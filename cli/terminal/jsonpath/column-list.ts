/**
 * Pure: parses the columns of `kubectl -o custom-columns`, such as `NAME:.metadata.name,KIND:.kind`, and of its
 * file.
 */
import { pathOf, type Path } from "./path";
import { TemplateError } from "./scan";

/** A column of `-o custom-columns`. */
export interface Column {
  heading: string;
  path: Path;
}

/** Braces and the first dot may be left out. */
const RELAXED = /^(?:\{\.?(?<inBraces>[^{}]+)\}|\.?(?<bare>[^{}]+))$/s;

/** @throws TemplateError if kubectl refuses it as well. */
export function parseColumns(text: string): Column[] {
  return text.split(",").map(part => {
    const colon = part.indexOf(":");
    const path = relaxed(part.slice(colon + 1));
    if (colon === -1 || path === undefined) throw new TemplateError(`"${part}" is not HEADER:PATH`);
    return { heading: part.slice(0, colon), path };
  });
}

/**
 * The columns of `-o custom-columns-file`: a line of headers and a line of as many paths, both separated by
 * spaces.
 *
 * @throws TemplateError if kubectl refuses it as well.
 */
export function parseColumnLines(text: string): Column[] {
  const [headings = [], paths] = text
    .split(/\r?\n/)
    .map(line => line.split(/\s+/).filter(word => word !== ""));
  if (headings.length === 0 || headings.length !== paths?.length) {
    throw new TemplateError(
      `the file has ${headings.length} headers and ${paths?.length ?? 0} paths, not as many of both on its first two lines`,
    );
  }
  return paths.map((spec, index) => {
    const path = relaxed(spec);
    if (path === undefined) throw new TemplateError(`"${spec}" is not a path`);
    return { heading: headings[index] ?? "", path };
  });
}

function relaxed(spec: string): Path | undefined {
  const { inBraces, bare } = RELAXED.exec(spec)?.groups ?? {};
  const path = inBraces ?? bare;
  return path === undefined ? undefined : pathOf(`.${path}`);
}
