/** The download of a control plane, from a real server on the loopback address. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { create } from "tar";

import { downloadFile } from "../../testbed/programs/download";
import {
  downloadedBefore,
  downloadedControllerManager,
  downloadedPrograms,
} from "../../testbed/programs/downloaded-programs";
import downloads from "../../testbed/programs/downloads.json";
import { folderOfEachTest } from "../support/folder-of-test";

const PATIENT = { connectMs: 30_000, stallMs: 30_000 };
/** For a silent server. */
const LIMITS = { connectMs: 300, stallMs: 300 };
const CONTENT = Buffer.from("etcd and others, ".repeat(20_000));

const folder = folderOfEachTest("gmsa-download-");
let server: Server;
let requests: IncomingMessage[];

/** Serves files, and records the requests. */
async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>(done => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function sha512(content: Buffer): string {
  return createHash("sha512").update(content).digest("hex");
}

/** Supports ranges, as release servers do. */
function sendRest(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
  const from = Number(start ?? 0);
  const range = { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(start === undefined ? 200 : 206, start === undefined ? {} : range);
  response.end(content.subarray(from));
}

/** Compared here, because Jest takes half a second for two buffers of this length. */
function isWhole(): boolean {
  return readFileSync(join(folder.path, "file")).equals(CONTENT);
}

function download(url: string, limits = PATIENT): Promise<void> {
  return downloadFile(
    { url, hash: { sha512: sha512(CONTENT) }, file: join(folder.path, "file") },
    limits,
  );
}

test("a file of the right hash is kept", async () => {
  await download(
    await serve((request, response) => {
      sendRest(request, response, CONTENT);
    }),
  );
  expect(isWhole()).toBe(true);
  expect(readdirSync(folder.path)).toEqual(["file"]);
});

test("a file of another hash is neither kept nor resumed", async () => {
  const url = await serve((request, response) => {
    sendRest(request, response, Buffer.from("other"));
  });
  await expect(download(url)).rejects.toThrow(/is not the file that is expected: its SHA512 is /);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("a download that breaks off is requested again at once", async () => {
  const url = await serve((request, response) => {
    if (requests.length > 2) {
      sendRest(request, response, CONTENT);
      return;
    }
    response.writeHead(200, { "content-length": CONTENT.length });
    response.write(CONTENT.subarray(0, 100_000), () => response.destroy());
  });
  await download(url);
  expect(isWhole()).toBe(true);
  expect(requests).toHaveLength(3);
});

test("a download that breaks off each time is given up", async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { "content-length": CONTENT.length });
    response.write(CONTENT.subarray(0, 100), () => response.destroy());
  });
  await expect(download(url)).rejects.toThrow(/: (broke off|other side closed|.*ECONNRESET)/);
  expect(requests).toHaveLength(5);
});

test("the partial file of an earlier run is resumed", async () => {
  writeFileSync(join(folder.path, "file.part"), CONTENT.subarray(0, 1000));
  await download(
    await serve((request, response) => {
      sendRest(request, response, CONTENT);
    }),
  );
  expect(requests[0]?.headers.range).toBe("bytes=1000-");
  expect(isWhole()).toBe(true);
});

test("a server without ranges sends the whole file, which replaces the partial one", async () => {
  writeFileSync(join(folder.path, "file.part"), CONTENT.subarray(0, 1000));
  await download(await serve((_, response) => response.end(CONTENT)));
  expect(isWhole()).toBe(true);
});

test("a complete file is only checked", async () => {
  writeFileSync(join(folder.path, "file.part"), CONTENT);
  await download(await serve((_, response) => response.writeHead(416).end()));
  expect(isWhole()).toBe(true);
});

test("a slow server that keeps sending is waited for", async () => {
  const url = await serve((_, response) => {
    let sent = 0;
    const next = (): void => {
      response.write(CONTENT.subarray(sent, (sent += 34_000)), () => {
        if (sent < CONTENT.length) setTimeout(next, 130);
        else response.end();
      });
    };
    next();
  });
  // The whole download takes longer than the stall timeout.
  await download(url, { connectMs: 30_000, stallMs: 1_000 });
  expect(isWhole()).toBe(true);
});

test.each<[string, RegExp, (request: IncomingMessage, response: ServerResponse) => void]>([
  ["does not have it", /: HTTP 404$/, (_, response) => response.writeHead(404).end()],
  ["does not answer", /: nothing came for 0\.3 s$/, () => undefined],
  [
    "stops in the middle",
    /: nothing came for 0\.3 s$/,
    (request, response) => {
      if (request.headers.range === undefined) response.write(CONTENT.subarray(0, 5000));
    },
  ],
])("a server that %s is given up, in one line", async (_what, message, answer) => {
  await expect(download(await serve(answer), LIMITS)).rejects.toThrow(message);
  expect(existsSync(join(folder.path, "file"))).toBe(false);
});

describe("the programs", () => {
  const before = { ...process.env };
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
  };

  beforeEach(() => {
    lines.length = 0;
    process.env.GMSA_CACHE = join(folder.path, "cache");
    delete process.env.GMSA_OFFLINE;
  });

  afterEach(() => {
    for (const name of ["GMSA_CACHE", "GMSA_OFFLINE", "GMSA_DOWNLOADS"]) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  });

  /** An archive like that of envtest, with scripts as programs. */
  async function archive(): Promise<Buffer> {
    const inside = join(folder.path, "made/controller-tools/envtest");
    mkdirSync(inside, { recursive: true });
    for (const name of ["etcd", "kube-apiserver", "kubectl"]) {
      writeFileSync(join(inside, name), "#!/bin/sh\n", { mode: 0o755 });
    }
    const file = join(folder.path, "made.tar.gz");
    await create({ file, gzip: true, cwd: join(folder.path, "made") }, ["controller-tools"]);
    return readFileSync(file);
  }

  test("are downloaded once, and unpacked into the cache", async () => {
    const content = await archive();
    process.env.GMSA_DOWNLOADS = await serve((request, response) => {
      sendRest(request, response, content);
    });
    const settings = { archive: { path: "a/b.tar.gz", sha512: sha512(content) }, limits: PATIENT };
    const dir = await downloadedPrograms(log, settings);
    expect(readdirSync(dir ?? "").sort()).toEqual(["etcd", "kube-apiserver", "kubectl"]);
    expect(requests.map(({ url }) => url)).toEqual(["/a/b.tar.gz"]);
    process.env.GMSA_OFFLINE = "1";
    expect(await downloadedPrograms(log, settings)).toBe(dir);
    expect(downloadedBefore(settings.archive)).toBe(dir);
    expect(requests).toHaveLength(1);
  });

  test("are built with Go, after one line, where they cannot be downloaded", async () => {
    process.env.GMSA_DOWNLOADS = await serve((_, response) => response.writeHead(404).end());
    const settings = { archive: { path: "none", sha512: "0" }, limits: PATIENT };
    expect(await downloadedPrograms(log, settings)).toBeUndefined();
    expect(lines).toEqual([
      expect.stringMatching(/^downloading etcd, kube-apiserver and kubectl v1\.\d+\.\d+, once$/),
      expect.stringMatching(/^not downloaded: http:\/\/127\.0\.0\.1:\d+\/none: HTTP 404$/),
    ]);
  });

  test("are not asked for with GMSA_OFFLINE=1", async () => {
    process.env.GMSA_DOWNLOADS = await serve((_, response) => response.end(CONTENT));
    process.env.GMSA_OFFLINE = "1";
    expect(
      await downloadedPrograms(log, { archive: { path: "none", sha512: "0" } }),
    ).toBeUndefined();
    expect({ requests, lines }).toEqual({ requests: [], lines: [] });
  });

  test("include kube-controller-manager, downloaded once from a release of Kubernetes", async () => {
    process.env.GMSA_DOWNLOADS = await serve((request, response) => {
      sendRest(request, response, CONTENT);
    });
    const sha256 = createHash("sha256").update(CONTENT).digest("hex");
    const settings = {
      controllerManager: { path: "release/v1/kube-controller-manager", sha256 },
      limits: PATIENT,
    };
    const file = (await downloadedControllerManager(log, settings)) ?? "";
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o755);
    expect(readdirSync(dirname(file))).toEqual(["kube-controller-manager"]);
    process.env.GMSA_OFFLINE = "1";
    expect(await downloadedControllerManager(log, settings)).toBe(file);
    expect(requests.map(({ url }) => url)).toEqual(["/release/v1/kube-controller-manager"]);
  });

  test("a kube-controller-manager of another hash is built with Go instead, after one line", async () => {
    process.env.GMSA_DOWNLOADS = await serve((_, response) => response.end(CONTENT));
    const controllerManager = { path: "kube-controller-manager", sha256: "0" };
    expect(
      await downloadedControllerManager(log, { controllerManager, limits: PATIENT }),
    ).toBeUndefined();
    expect(lines).toEqual([
      expect.stringMatching(/^downloading kube-controller-manager v1\.\d+\.\d+, once$/),
      expect.stringMatching(/^not downloaded: .* is not the file that is expected: its SHA256 is /),
    ]);
  });

  test("each has the URL of one version, and a hash of the right length", () => {
    const { kubernetes, archives, controllerManagers } = downloads;
    for (const { path, sha512: digest } of Object.values(archives)) {
      expect(path).toContain(`/envtest-${kubernetes}/`);
      expect(digest).toMatch(/^[0-9a-f]{128}$/);
    }
    for (const [platform, { path, sha256 }] of Object.entries(controllerManagers)) {
      expect(path).toBe(
        `release/${kubernetes}/bin/${platform.replace("-", "/")}/kube-controller-manager`,
      );
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(Object.keys(controllerManagers)).toEqual(["linux-amd64", "linux-arm64"]);
  });
});
