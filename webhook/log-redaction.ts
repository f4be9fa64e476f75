/**
 * Keeps what Pods carry out of the log, at every level.
 *
 * Pepr logs the answer with its patch at level info, and whole requests at level debug.
 */

/** pino.symbols.serializersSym: how pino finds the serializers of a logger. */
const SERIALIZERS = Symbol.for("pino.serializers");

type Serializer = (value: unknown) => unknown;

/** The identity of a request; its user, object and old object stay out. */
const REQUEST_FIELDS = ["uid", "kind", "namespace", "name", "operation", "subResource", "dryRun"];
/** The outcome of a request; its patch, which holds contents, stays out. */
const RESPONSE_FIELDS = ["uid", "allowed", "status", "warnings"];

const redactions: Record<string, Serializer> = {
  request: only(REQUEST_FIELDS),
  res: only(RESPONSE_FIELDS),
  kubeAdmissionResponse: only(RESPONSE_FIELDS),
  patches: value => (Array.isArray(value) ? `${value.length} operations` : "none"),
};

/**
 * Gives a pino logger the serializers that leave out what a Pod carries.
 *
 * @throws if the logger is not one of pino's: without redaction the module must not start.
 */
export function redactPods(logger: object): void {
  const serializers: unknown = Reflect.get(logger, SERIALIZERS);
  if (typeof serializers !== "object" || serializers === null) {
    throw new Error("the logger has no serializers: cannot keep Pod contents out of the log");
  }
  Object.assign(serializers, redactions);
}

function only(fields: string[]): Serializer {
  return value =>
    typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).filter(([key]) => fields.includes(key)))
      : value;
}
