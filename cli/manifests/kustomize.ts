/** `-k`: renders a kustomization with kubectl or kustomize. */
import { spawnSync } from "node:child_process";

import { Failure } from "../terminal/failure";
import type { TextFile } from "./text-file";

const PROGRAMS: readonly (readonly [string, readonly string[]])[] = [
  ["kubectl", ["kustomize", "--"]],
  ["kustomize", ["build", "--"]],
];
const MOST_BYTES = 256 * 1024 * 1024;

/** @throws Failure if it cannot be rendered. */
export function renderKustomization(folder: string): TextFile {
  for (const [program, args] of PROGRAMS) {
    const { error, status, stdout, stderr } = spawnSync(program, [...args, folder], {
      encoding: "utf8",
      maxBuffer: MOST_BYTES,
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (error !== undefined && "code" in error && error.code === "ENOENT") continue;
    if (error !== undefined || status !== 0) {
      const why = error?.message ?? stderr.trim().split("\n").at(-1) ?? "";
      const command = [program, args[0], folder].join(" ");
      throw new Failure(`${folder} cannot be rendered: ${why}`, `Run \`${command}\` to see more.`);
    }
    const name = `${folder} (rendered)`;
    return { name, text: stdout, isPiped: true, origin: "kustomization" };
  }
  throw new Failure(
    `${folder} cannot be rendered: neither kubectl nor kustomize is in the PATH`,
    "Install one of them.",
  );
}
