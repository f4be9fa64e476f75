import {
  ApiException,
  HttpMethod,
  RequestContext,
  createConfiguration,
  type KubeConfig,
} from "@kubernetes/client-node";

const OK = 200;
const http = createConfiguration().httpApi;

/** Returns the URL path of a list of objects, in all namespaces or in one. */
export function listPath(apiVersion: string, plural: string, namespace?: string): string {
  const root = apiVersion.includes("/") ? "apis" : "api";
  const where = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/${root}/${apiVersion}${where}/${plural}`;
}

/**
 * Returns the API server's response as decoded JSON. The library's own calls copy every object into
 * classes, field by field, which takes time and loses unknown fields.
 *
 * @param path such as "/apis/apps/v1/deployments".
 * @throws ApiException if the status is not 200.
 */
export async function rawGet(
  kubeConfig: KubeConfig,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const server = kubeConfig.getCurrentCluster()?.server ?? "";
  const context = new RequestContext(`${server}${path}`, HttpMethod.GET);
  for (const [name, value] of Object.entries(query)) context.setQueryParam(name, value);
  await kubeConfig.applySecurityAuthentication(context);
  const { httpStatusCode, body, headers } = await http.send(context).toPromise();
  const text = await body.text();
  if (httpStatusCode !== OK) throw new ApiException(httpStatusCode, "", text, headers);
  return JSON.parse(text);
}
