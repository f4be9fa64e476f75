/** Sends requests to the API server byte for byte. */
import type { KubeConfig } from "@kubernetes/client-node";

import type { StatusCause } from "../../rules/admission/causes";
import { statusIn } from "../../testbed/objects/status-body";
import { ApiServer } from "../../tools/bench/api-server";
import type { Asked } from "../../tools/bench/api-server";

/** A request; the body is sent unchanged. */
export interface RawRequest extends Omit<Asked, "headers"> {
  /** The user that the administrator impersonates. */
  impersonate?: { user: string; groups?: string[]; extra?: Record<string, string> };
}

/** The API server's response. */
export interface RawAnswer {
  status: number;
  /** The decoded body: an object, or a Status with an error. */
  body: { message?: string; metadata?: { name?: string }; spec?: object };
  /** The causes of a refusal; empty if the request is accepted, or if the refusal has none. */
  causes: StatusCause[];
}

/** Sends a request with the credentials of the kubeconfig. */
export async function sendRaw(kubeConfig: KubeConfig, raw: RawRequest): Promise<RawAnswer> {
  const { impersonate, ...asked } = raw;
  const headers = impersonate === undefined ? {} : impersonationOf(impersonate);
  const api = await ApiServer.of(kubeConfig);
  const { status, content } = await api.send({ ...asked, headers });
  const body = decode(content.toString());
  return { status, body, causes: statusIn(body).causes };
}

function impersonationOf({
  user,
  groups = [],
  extra = {},
}: NonNullable<RawRequest["impersonate"]>): Record<string, string | string[]> {
  const extras = Object.entries(extra).map(([key, value]) => [`Impersonate-Extra-${key}`, value]);
  return {
    "Impersonate-User": user,
    ...(groups.length > 0 ? { "Impersonate-Group": groups } : {}),
    ...(Object.fromEntries(extras) as Record<string, string>),
  };
}

/** If the API server cannot read a request at all, it answers in plain text. */
function decode(text: string): RawAnswer["body"] {
  try {
    return JSON.parse(text) as RawAnswer["body"];
  } catch {
    return { message: text };
  }
}
