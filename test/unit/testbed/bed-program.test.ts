import { execFile } from "node:child_process";
import { resolve } from "node:path";

const ROOT = resolve(__dirname, "../../..");

/** Runs `body` as a program, which sends signals to itself. */
function run(body: string): Promise<{ code: unknown; output: string }> {
  const program = `
    const { once } = require("node:events");
    const { setTimeout: sleep } = require("node:timers/promises");
    const { runProgram } = require("./testbed/bed-program");
    const kill = signal => process.kill(process.pid, signal);
    runProgram(async signal => { ${body} }, console.log);`;
  return new Promise(done => {
    const args = ["--import", "tsx", "--eval", program];
    execFile(process.execPath, args, { cwd: ROOT }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : (error.code ?? error.signal), output: stdout + stderr });
    });
  });
}

const CLEANING_UP = "SIGINT: cleaning up, which takes a few seconds\n";

test("a program that a signal stops cleans up, though the signal comes again", async () => {
  const result = await run(`
    try {
      kill("SIGINT");
      await sleep(60_000, undefined, { signal });
    } finally {
      const busy = setInterval(() => undefined, 60_000);
      const again = Promise.all([once(process, "SIGINT"), once(process, "SIGTERM")]);
      kill("SIGINT");
      kill("SIGTERM");
      await again;
      clearInterval(busy);
      console.log("cleaned up");
    }`);
  expect(result).toEqual({ code: 1, output: `${CLEANING_UP}cleaned up\nstopped\n` });
});

test("a program that ends by itself ends with 0", async () => {
  expect(await run(`console.log("done");`)).toEqual({ code: 0, output: "done\n" });
});

test("a program that fails reports the reason, and ends with 1", async () => {
  const { code, output } = await run(`throw new Error("no such thing");`);
  expect(code).toBe(1);
  expect(output).toContain("no such thing");
});
