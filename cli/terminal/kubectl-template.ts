/**
 * Runs the template of `-o go-template=...` with kubectl, because only Go can run Go's templates. A separate
 * module, so that it loads only when it is used.
 */
import { spawnSync } from "node:child_process";
import { devNull } from "node:os";

import { EXIT, Failure } from "./failure";

const MOST_BYTES = 256 * 1024 * 1024;
/** With --local, kubectl reads no cluster. An empty patch changes nothing, and prints the object. */
const UNCHANGED = ["patch", "--local", "--type=merge", "--patch={}", "--filename=-"];
/** Go's position of an error, without the name that kubectl gives each template. */
const ERROR = /template: output:(.*)$/m;

/**
 * Renders a value as kubectl would.
 *
 * @param value plain JSON.
 * @throws Failure if kubectl is missing or refuses the template.
 */
export function goTemplate(template: string, value: object): string {
  // kubectl accepts objects only. A template of its own gets the value alone, also as $.
  const object = { apiVersion: "gmsa.pepr.dev/v1", kind: "Result", metadata: { name: "result" } };
  const whole = `{{define "gmsa"}}${template}{{end}}{{template "gmsa" .value}}`;
  const { error, status, stdout, stderr } = spawnSync(
    "kubectl",
    [...UNCHANGED, `--output=go-template=${whole}`],
    {
      encoding: "utf8",
      input: JSON.stringify({ ...object, value }),
      // A kubeconfig that cannot be read would be an error here too.
      env: { ...process.env, KUBECONFIG: devNull },
      maxBuffer: MOST_BYTES,
    },
  );
  if (error === undefined && status === 0) return stdout;
  throw error === undefined ? refused(stderr) : notRun(error);
}

function notRun(error: Error): Failure {
  const isMissing = "code" in error && error.code === "ENOENT";
  const why = isMissing ? "which is not in the PATH" : `which cannot be run: ${error.message}`;
  return new Failure(
    `-o go-template is rendered by kubectl, ${why}`,
    "Install kubectl, or use -o jsonpath or -o json.",
  );
}

function refused(stderr: string): Failure {
  const why = ERROR.exec(stderr)?.[1] ?? stderr.trim().split("\n").at(-1) ?? "";
  const remedy = "-o json prints everything that can be selected.";
  return new Failure(`-o go-template: ${why}`, remedy, EXIT.usage);
}
