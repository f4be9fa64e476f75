/** The progress that `gmsa` shows on a terminal while it waits for a cluster. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { GmsaOnTerminal, hasPseudoTerminal } from "./pseudo-terminal";

/** Long enough for the spinner to be redrawn. */
const SLOW_MS = 500;

const folder = mkdtempSync(join(tmpdir(), "gmsa-progress-"));
const kubeconfig = join(folder, "kubeconfig");
let server: Server;
let terminal: GmsaOnTerminal | undefined;

/** An API server that is slow and refuses every request. */
beforeAll(async () => {
  server = createServer((_request, response) => {
    setTimeout(() => response.writeHead(503).end(), SLOW_MS);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cluster = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "slow", cluster }],
    contexts: [{ name: "slow", context: { cluster: "slow", user: "slow" } }],
    users: [{ name: "slow", user: {} }],
    "current-context": "slow",
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});

(hasPseudoTerminal() ? describe : describe.skip)("while gmsa status waits", () => {
  test.each([
    ["a terminal shows it", 80, true],
    ["a terminal of no width, as CI systems give, does not, and it ends", 0, false],
  ])("%s", async (_, columns, isShown) => {
    terminal = new GmsaOnTerminal(["status", "--kubeconfig", kubeconfig], { columns });
    const { code, screen } = await terminal.end();
    expect(code).toBe(1);
    expect(screen).toContain("error: the API server answered 503");
    expect(screen.includes("Examine the cluster")).toBe(isShown);
  });

  // The kernel stops a process that changes the settings of a terminal from the background, where timeout(1)
  // and a shell's `&` put it.
  test("in the background of a terminal, it ends too", async () => {
    const through = ["timeout", "8"];
    terminal = new GmsaOnTerminal(["status", "--kubeconfig", kubeconfig], { through });
    const { code, screen } = await terminal.end();
    expect(screen).toContain("error: the API server answered 503");
    expect(code).toBe(1);
  });
});
