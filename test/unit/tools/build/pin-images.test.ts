/** The image of a release is pinned by digest. The registry is on this machine's loopback address. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "../../../../testbed/process/ports";
import { digestOf, parseImage } from "../../../../tools/build/image-digest";
import { imageOf, pinChart, withDigest } from "../../../../tools/build/pin-images";

const NAME = "ghcr.io/defenseunicorns/pepr/controller:v1.1.4";
const IMAGE = parseImage(NAME);
const MANIFEST = '{"schemaVersion":2,"manifests":[]}';
const DIGEST = `sha256:${createHash("sha256").update(MANIFEST).digest("hex")}`;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let url: string;
let answer: Answer;
let asked: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  asked = [];
});

/** An address without a listener. */
async function nowhere(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

const manifest: Answer = (request, response) => {
  expect(request.headers.accept).toContain("application/vnd.oci.image.index.v1+json");
  response.setHeader("docker-content-digest", DIGEST).end(MANIFEST);
};

/** A registry that requires a token, which this server issues. */
const withToken =
  (token: unknown): Answer =>
  (request, response) => {
    if (request.url?.startsWith("/token") === true) {
      response.end(JSON.stringify({ token }));
    } else if (request.headers.authorization === "Bearer abc") {
      manifest(request, response);
    } else {
      const scope = "repository:defenseunicorns/pepr/controller:pull";
      const challenge = `Bearer realm="${url}/token",service="fake",scope="${scope}"`;
      response.writeHead(401, { "www-authenticate": challenge }).end("{}");
    }
  };

test("the digest of a tag, without a token and with one", async () => {
  answer = manifest;
  expect(await digestOf(IMAGE, { url })).toEqual({ digest: DIGEST });
  answer = withToken("abc");
  expect(await digestOf(IMAGE, { url })).toEqual({ digest: DIGEST });
  const path = "GET /v2/defenseunicorns/pepr/controller/manifests/v1.1.4";
  expect(asked).toEqual([
    path,
    path,
    "GET /token?scope=repository%3Adefenseunicorns%2Fpepr%2Fcontroller%3Apull&service=fake",
    path,
  ]);
});

test.each<[string, Answer, string]>([
  ["no such tag", (_q, response) => response.writeHead(404).end(), "the registry answered 404"],
  ["a token that is not taken", withToken("wrong"), "the registry answered 401"],
  ["an answer without a token", withToken(undefined), "the answer holds no token"],
  [
    "a log-in by password",
    (_q, response) => response.writeHead(401, { "www-authenticate": "Basic" }).end(),
    "wants a log-in",
  ],
  [
    "another digest than that of the manifest",
    (_q, response) => response.setHeader("docker-content-digest", "sha256:00").end(MANIFEST),
    "the registry claims sha256:00",
  ],
])("%s is an error", async (_what, given, why) => {
  answer = given;
  await expect(digestOf(IMAGE, { url })).rejects.toThrow(why);
});

test("a registry that does not answer in time, or is not there, is not", async () => {
  answer = () => undefined;
  expect(await digestOf(IMAGE, { url, timeoutMs: 50 })).toEqual({
    unreachable: "ghcr.io cannot be reached (no answer in time)",
  });
  expect(await digestOf(IMAGE, { url: await nowhere() })).toEqual({
    unreachable: "ghcr.io cannot be reached (ECONNREFUSED)",
  });
});

test("the YAML of a release has one image, which gets the digest beside its tag", () => {
  const yaml = `a:\n  - image: ${NAME}\n    name: x\nb:\n    image: ${NAME}\n`;
  expect(imageOf(yaml)).toBe(NAME);
  expect(withDigest(yaml, DIGEST)).toBe(yaml.replaceAll(NAME, `${NAME}@${DIGEST}`));
  expect(() => imageOf(`${yaml}c:\n  image: another.example/x:1\n`)).toThrow(
    "one image is to be pinned",
  );
  expect(() => imageOf("a: 1\n")).toThrow("one image is to be pinned");
});

test("the values of a chart get the digest, and keep their comments", () => {
  const folder = mkdtempSync(join(tmpdir(), "gmsa-pin-"));
  const values = 'image:\n  # Its digest.\n  digest: ""\nother: 1\n';
  try {
    writeFileSync(join(folder, "values.yaml"), values);
    pinChart(folder, DIGEST);
    expect(readFileSync(join(folder, "values.yaml"), "utf8")).toBe(values.replace('""', DIGEST));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
