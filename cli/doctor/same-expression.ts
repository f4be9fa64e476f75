/** A CEL expression or a set of them, as far as it can matter: without the layout of its lines. */
export function expressionOf(text: string | undefined): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}
