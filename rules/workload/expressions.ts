/**
 * Recognises expressions in objects of custom kinds, which their controllers replace by values. In
 * objects of other kinds, the same texts are placeholders that nobody replaces.
 *
 * Source: the documentation of Argo Workflows (variables), Tekton (variable substitution), kro (CEL
 * expressions) and OpenShift (templates).
 */
import { groupOf, type ObjectLike } from "../object";

const IN_BRACES = /\{\{.*?\}\}/s;
const IN_DOLLAR_BRACES = /\$\{.*?\}/s;
const FORMS: Readonly<Record<string, RegExp>> = {
  "argoproj.io": IN_BRACES,
  "kro.run": IN_DOLLAR_BRACES,
  "template.openshift.io": IN_DOLLAR_BRACES,
  "tekton.dev": /\$\(.*?\)/s,
  "triggers.tekton.dev": /\$\(.*?\)/s,
};
/** Argo replaces expressions in all of its kinds but this one. */
const LITERAL = "argoproj.io/Rollout";

/** Whether a text in an object has an expression, so that its value is not known. */
export function hasExpression(object: ObjectLike, text: string): boolean {
  const group = groupOf(object);
  return `${group}/${object.kind}` !== LITERAL && FORMS[group]?.test(text) === true;
}
