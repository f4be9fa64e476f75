/** Runs `gmsa test` as users do, against a cluster of the tests. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { DryRunResult } from "../../cli/commands/dry-run/dry-run-result";
import type { Bed } from "../../testbed/bed/bed";
import type { CompletePod } from "../../testbed/objects/pods";
import { gmsa } from "../support/gmsa-program";
import type { GmsaResult } from "../support/gmsa-program";

export const ROOT = join(__dirname, "../..");

/** Runs in the repository's folder, with files in a folder of its own. */
export class TestRuns {
  readonly folder = mkdtempSync(join(tmpdir(), "gmsa-trials-"));

  constructor(private readonly bed: Bed) {}

  run(...args: string[]): Promise<GmsaResult> {
    return this.command("test", ...args);
  }

  command(...args: string[]): Promise<GmsaResult> {
    return gmsa(args, { cwd: ROOT, env: { KUBECONFIG: this.bed.kubeconfigPath } });
  }

  async resultsOf(...args: string[]): Promise<DryRunResult[]> {
    const { stdout, stderr } = await this.run(...args, "-o", "json");
    if (stdout === "") {
      throw new Error(stderr);
    }
    return (JSON.parse(stdout) as { results: DryRunResult[] }).results;
  }

  /** @returns the path of a file with these objects. */
  manifests(name: string, items: readonly object[]): string {
    return this.file(name, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  }

  /** @returns the path of a file with this text. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function manifestOf({ metadata, spec }: CompletePod): object {
  return { apiVersion: "v1", kind: "Pod", metadata, spec };
}
