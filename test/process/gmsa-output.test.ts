/** `gmsa` if its output is not read or cannot be written. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import type { StdioOptions } from "node:child_process";

import { gmsa, GMSA } from "../support/gmsa-program";

/** Every write to it fails, as on a full disk. */
const FULL = "/dev/full";

interface Streams {
  /** A file descriptor; by default a pipe without a reader. */
  stdout?: number;
  /** Whether stderr has no reader either. */
  isDeaf?: boolean;
}

async function run(
  args: string[],
  { stdout, isDeaf = false }: Streams = {},
): Promise<{ code: number; stderr: string }> {
  const stdio: StdioOptions = ["ignore", stdout ?? "pipe", "pipe"];
  const child = spawn(process.execPath, [GMSA, ...args], { stdio });
  child.stdout?.destroy();
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  if (isDeaf) child.stderr?.destroy();
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? -1, stderr };
}

describe("into a pipe that is closed, as by head", () => {
  test.each([
    ["the help ends without a word", ["--help"]],
    ["a result ends without a word", ["completion", "bash"]],
  ])("%s", async (_, args) => {
    expect(await run(args)).toEqual({ code: 1, stderr: "" });
  });

  test("exits quietly after an error too", async () => {
    expect(await run(["nothing"], { isDeaf: true })).toMatchObject({ code: 1 });
  });
});

(existsSync(FULL) ? describe : describe.skip)("onto a disk that is full", () => {
  test("an output that cannot be written is reported", async () => {
    const stdout = openSync(FULL, "w");
    const { code, stderr } = await run(["completion", "bash"], { stdout });
    closeSync(stdout);
    expect(code).toBe(1);
    expect(stderr).toBe(
      "error: the result cannot be written: ENOSPC: no space left on device, write\n",
    );
  });
});

test("--color always colours output into a pipe, before or after the command", async () => {
  const lint = ["lint", "-f", join(__dirname, "../../examples/refused")];
  for (const words of [
    ["--color=always", ...lint],
    [...lint, "--color", "always"],
  ]) {
    expect((await gmsa(words)).stdout).toContain("\u001b[");
  }
  expect((await gmsa([...lint, "--color", "never"])).stdout).not.toContain("\u001b[");
  expect(await gmsa([...lint, "--color", "red"])).toMatchObject({ code: 2 });
});
