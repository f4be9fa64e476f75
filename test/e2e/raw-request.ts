/** Requests to the API server as they are written here, byte for byte. */
import type { KubeConfig } from "@kubernetes/client-node";

import { ApiServer } from "../../tools/bench/api-server";
import type { Asked } from "../../tools/bench/api-server";

/** A request; the body is sent as it is. */
export interface RawRequest extends Omit<Asked, "headers"> {
  /** Whom the administrator speaks for. */
  impersonate?: { user: string; groups: string[] };
}

/** What the API server answered. */
export interface RawAnswer {
  status: number;
  /** The decoded body: an object, or a Status that says what is wrong. */
  body: { message?: string; metadata?: { name?: string }; spec?: object };
}

/** Sends it with the credentials of the kubeconfig. */
export async function sendRaw(kubeConfig: KubeConfig, raw: RawRequest): Promise<RawAnswer> {
  const { impersonate, ...asked } = raw;
  const headers =
    impersonate === undefined
      ? {}
      : { "Impersonate-User": impersonate.user, "Impersonate-Group": impersonate.groups };
  const api = await ApiServer.of(kubeConfig);
  const { status, content } = await api.send({ ...asked, headers });
  return { status, body: decode(content.toString()) };
}

/** Where the API server reads no request at all, it answers in plain text. */
function decode(text: string): RawAnswer["body"] {
  try {
    return JSON.parse(text) as RawAnswer["body"];
  } catch {
    return { message: text };
  }
}
