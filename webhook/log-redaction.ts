/**
 * Keeps the contents of Pods out of the log, at every level.
 *
 * Pepr logs responses with their patches at level info, and whole requests at level debug.
 */

/** pino.symbols.serializersSym, with which pino finds the serializers of a logger. */
const SERIALIZERS = Symbol.for("pino.serializers");

type Serializer = (value: unknown) => unknown;

/** The fields that identify a request. Its user and objects are left out. */
const REQUEST_FIELDS = ["uid", "kind", "namespace", "name", "operation", "subResource", "dryRun"];
/** The fields with the outcome of a request. Its patch, which holds contents, is left out. */
const RESPONSE_FIELDS = ["uid", "allowed", "status", "warnings"];

const redactions: Record<string, Serializer> = {
  request: only(REQUEST_FIELDS),
  res: only(RESPONSE_FIELDS),
  kubeAdmissionResponse: only(RESPONSE_FIELDS),
  patches: value => (Array.isArray(value) ? `${value.length} operations` : "none"),
};

/**
 * Adds serializers to a pino logger that leave out the contents of Pods.
 *
 * @throws if the logger is not a pino logger, because the controller must not start without redaction.
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
