/** A small `npm run bench:scale`: every answer is correct while grants and credential specs change. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { COLORS } from "../../tools/bench/scale/memory-chart";
import type { RunResult } from "../../tools/bench/scale/run-result";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { describeOnOwnBed } from "../setup/own-bed";

const ROOT = join(__dirname, "../..");
const TSX = join(ROOT, "node_modules/tsx/dist/cli.mjs");
const ARGUMENTS =
  "--credspecs 100 --namespaces 10 --service-accounts 50 --minutes 0.17 --replicas 1,2";
/** Mutate and Validate each ask at most once: answers are cached for the next second. */
const MOST_CALLS = 2;

const run = promisify(execFile);

describeOnOwnBed("a small run at scale", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gmsa-scale-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("has no wrong answer, with one replica and with two", async () => {
    const files = { json: join(folder, "scale.json"), chart: join(folder, "memory.svg") };
    const options = Object.entries(files).flatMap(([name, file]) => [`--${name}`, file]);
    const program = [TSX, join(ROOT, "tools/bench/scale/scale.ts"), "--manifest", MANIFEST];
    // Rejects with all output unless it exits with 0.
    await run(process.execPath, [...program, ...ARGUMENTS.split(" "), ...options]);

    const { runs } = JSON.parse(readFileSync(files.json, "utf8")) as { runs: RunResult[] };
    expect(runs.map(({ replicas }) => replicas)).toEqual([1, 2]);
    for (const { callsPerPod, ...result } of runs) {
      const { verdicts, outcomes, changes, memory, replicas, troubles } = result;
      expect(verdicts).toMatchObject({ wrong: 0, failed: 0, complaints: [] });
      expect({ troubles, lost: changes.lost }).toEqual({ troubles: [], lost: 0 });
      // Otherwise no answer could have been wrong.
      expect(verdicts.nearChanges).toBeGreaterThan(0);
      expect(changes.grants).toBeGreaterThan(0);
      expect(changes.credspecs).toBeGreaterThan(0);
      expect(outcomes.admitted).toBeGreaterThan(0);
      expect(outcomes["not authorized"]).toBeGreaterThan(0);
      expect(callsPerPod?.credspecGets).toBeLessThanOrEqual(MOST_CALLS);
      expect(callsPerPod?.accessReviews).toBeLessThanOrEqual(MOST_CALLS);
      // A controller that answers no requests would also stay below these limits.
      expect(callsPerPod?.accessReviews).toBeGreaterThan(0);
      expect(memory.at(-1)?.controllers).toHaveLength(replicas);
    }
    const lines = readFileSync(files.chart, "utf8").matchAll(/<path [^>]* stroke="([^"]*)"/g);
    const colors = [...lines].map(([, color = ""]) => color);
    expect(colors.filter(color => COLORS.includes(color))).toHaveLength(3);
  }, 300_000);
});
