/** Requests to the API server as they are written here, byte for byte. */
import { request } from "node:https";
import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";

/** A request; the body is sent as it is. */
export interface RawRequest {
  method: "GET" | "POST" | "PUT" | "PATCH";
  /** With the query, such as `/api/v1/namespaces/a/pods?dryRun=All`. */
  path: string;
  body?: string;
  contentType?: string;
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
  const { method, path, body = "", contentType = "application/json", impersonate } = raw;
  const options: RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const headers = {
    ...(options.headers as Record<string, string> | undefined),
    ...(body === "" ? {} : { "Content-Type": contentType }),
    ...(impersonate === undefined
      ? {}
      : { "Impersonate-User": impersonate.user, "Impersonate-Group": impersonate.groups }),
  };
  const server = kubeConfig.getCurrentCluster()?.server ?? "";
  return new Promise((resolve, reject) => {
    const sent = request(`${server}${path}`, { ...options, method, headers }, response => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode ?? 0, body: decode(text) });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Where the API server reads no request at all, it answers in plain text. */
function decode(text: string): RawAnswer["body"] {
  try {
    return JSON.parse(text) as RawAnswer["body"];
  } catch {
    return { message: text };
  }
}
