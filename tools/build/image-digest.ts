/**
 * Looks up the digest of an image in its registry: a tag can be moved to another image, but a
 * digest cannot.
 *
 * Uses the registry HTTP API v2 with anonymous tokens:
 * https://distribution.github.io/distribution/spec/api/ and …/spec/auth/token/
 */
import { createHash } from "node:crypto";

/** An image with its tag, such as ghcr.io/defenseunicorns/pepr/controller:v1.1.4. */
export interface TaggedImage {
  registry: string;
  repository: string;
  tag: string;
}

/** How to query the registry. */
export interface RegistryOptions {
  /** Milliseconds for all requests together. */
  timeoutMs?: number;
  /** URL of the registry, if not https://<its name>. */
  url?: string;
}

/** The digest, or the reason why the registry is unreachable: offline builds then keep the tag. */
export type Digest = { digest: string } | { unreachable: string };

const TIMEOUT_MS = 15_000;
/** Multi-platform indexes come first: the digest of one platform's image would not run on others. */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const LARGEST_MANIFEST = 4 * 1024 * 1024;

/** @throws Error if it does not have the form registry/repository:tag */
export function parseImage(image: string): TaggedImage {
  const [, registry = "", repository = "", tag = ""] =
    /^([^/]+\.[^/]+|localhost(?::\d+)?|[^/]+:\d+)\/([a-z0-9._/-]+):([\w.-]+)$/.exec(image) ?? [];
  if (tag === "") throw new Error(`not an image with a registry and a tag: ${image}`);
  return { registry, repository, tag };
}

/**
 * Queries the registry for the digest that a tag points to.
 *
 * @throws Error if the registry answers, but does not have the image or denies access
 */
export async function digestOf(image: TaggedImage, options: RegistryOptions = {}): Promise<Digest> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  try {
    return { digest: await ask(image, options.url ?? `https://${image.registry}`, signal) };
  } catch (error) {
    const why = whyUnreachable(error);
    if (why === undefined) throw error;
    return { unreachable: `${image.registry} cannot be reached (${why})` };
  }
}

async function ask(image: TaggedImage, url: string, signal: AbortSignal): Promise<string> {
  const { repository, tag } = image;
  const manifest = `${url}/v2/${repository}/manifests/${tag}`;
  const headers = { accept: MANIFESTS.join(", ") };
  let answer = await fetch(manifest, { headers, signal });
  if (answer.status === 401) {
    const token = await tokenFor(answer, { url, repository }, signal);
    await answer.body?.cancel();
    answer = await fetch(manifest, {
      headers: { ...headers, authorization: `Bearer ${token}` },
      signal,
    });
  }
  if (answer.status !== 200) {
    await answer.body?.cancel();
    throw new Error(`${manifest}: the registry answered ${answer.status}`);
  }
  const content = Buffer.from(await answer.arrayBuffer());
  if (content.length > LARGEST_MANIFEST) throw new Error(`${manifest}: not a manifest, too large`);
  // Computed from the bytes instead of trusting the registry's header.
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  const claimed = answer.headers.get("docker-content-digest") ?? digest;
  if (claimed !== digest) {
    throw new Error(`${manifest}: the registry claims ${claimed}, and the manifest is ${digest}`);
  }
  return digest;
}

/** Requests a pull token from the address in the challenge of the 401 response. */
async function tokenFor(
  refusal: Response,
  { url, repository }: { url: string; repository: string },
  signal: AbortSignal,
): Promise<string> {
  const challenge = refusal.headers.get("www-authenticate") ?? "";
  const parameters = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
  const realm = parameters.get("realm");
  if (!/^bearer /i.test(challenge) || realm === undefined) {
    throw new Error(`${url}: the registry wants a log-in, and no token (${challenge})`);
  }
  const server = new URL(realm);
  if (server.protocol !== new URL(url).protocol) {
    throw new Error(`${url}: tokens are not asked for at ${realm}`);
  }
  server.searchParams.set("scope", parameters.get("scope") ?? `repository:${repository}:pull`);
  const service = parameters.get("service");
  if (service !== undefined) server.searchParams.set("service", service);
  const answer = await fetch(server, { signal });
  if (answer.status !== 200) throw new Error(`${realm}: no token, HTTP ${answer.status}`);
  const { token, access_token: other } = (await answer.json()) as Record<string, unknown>;
  const given = token ?? other;
  if (typeof given !== "string") throw new Error(`${realm}: the answer holds no token`);
  return given;
}

/** Why the registry is unreachable; undefined for other errors. */
function whyUnreachable(error: unknown): string | undefined {
  const { name, message, cause } = error as Error;
  if (name === "TimeoutError") return "no answer in time";
  // fetch throws this if it cannot connect.
  if (name !== "TypeError" || message !== "fetch failed") return undefined;
  const { code, message: why } = cause as NodeJS.ErrnoException;
  return code ?? why;
}
