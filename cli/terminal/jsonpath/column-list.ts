/** Pure: parses the columns of `kubectl -o custom-columns`, such as `NAME:.metadata.name,KIND:.kind`. */
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
    const { inBraces, bare } = RELAXED.exec(part.slice(colon + 1))?.groups ?? {};
    const path = inBraces ?? bare;
    if (colon === -1 || path === undefined) throw new TemplateError(`"${part}" is not HEADER:PATH`);
    return { heading: part.slice(0, colon), path: pathOf(`.${path}`) };
  });
}
