/** Reads the Status in an error answer of the API server. */
import type { StatusCause } from "../../rules/admission/causes";

/** The used fields of a meta/v1 Status. */
export interface StatusBody {
  message: string;
  causes: StatusCause[];
}

interface WireStatus {
  message?: string;
  details?: { causes?: Partial<StatusCause>[] };
}

/** @param body JSON, or the decoded value. The API server omits empty fields. */
export function statusIn(body: unknown): StatusBody {
  const { message = "", details } = (
    typeof body === "string" ? JSON.parse(body) : body
  ) as WireStatus;
  const causes = (details?.causes ?? []).map(({ reason = "", field = "", message: text = "" }) => ({
    ...{ reason, field, message: text },
  }));
  return { message, causes };
}
