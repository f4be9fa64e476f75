/** A complete run: reads the cluster, prompts, runs the cases, removes its objects, and writes the report. */
import type { KubeConfig } from "@kubernetes/client-node";
import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";

import { confirmed, requireTerminal } from "../../terminal/confirm";
import { Failure } from "../../terminal/failure";
import type { Terminal } from "../../terminal/terminal";
import { verdictOf, type Verdict } from "./checks";
import { RunObjects } from "./run-objects";
import type { ConformanceRequest } from "./request";
import { readEnvironment, type Environment } from "./environment";
import type { Case } from "./case-model";
import { planOf } from "./planned-cases";
import { printPlan } from "./print-plan";
import { SCHEMA, type CaseReport, type ConformanceReport } from "./conformance-report";
import { casesWithoutNode, imagesOf, removeAll, runCases } from "./run-cases";
import type { Stage } from "./run-steps";
import { MARKS, wordsOf } from "./words";
import { prepareFolder, writeReport } from "./write-report";

/** @returns whether every case passed and every object was removed. */
export async function conform(
  kubeConfig: KubeConfig,
  request: ConformanceRequest,
  terminal: Terminal,
): Promise<boolean> {
  if (request.isAsked) requireTerminal("gmsa conformance");
  const environment = await terminal.whileReading("Examine the cluster", () =>
    readEnvironment(kubeConfig, request),
  );
  const run = randomBytes(6).toString("hex");
  const cases = planOf(environment.versions, planOptions(request, environment, run));
  const { folder } = request;
  if (folder === undefined) {
    await printPlan(cases, { environment, run, terminal });
    return true;
  }
  await prepareFolder(folder);
  if (request.isAsked && !(await confirmed(questionOn(cases, request, environment)))) {
    throw new Failure("not confirmed; nothing was created", "Add --dry-run to see the plan.");
  }
  const report = await runAll({ kubeConfig, request, environment, run, cases, terminal });
  const files = await writeReport(folder, report);
  terminal.print(summaryOf(report, files));
  return report.verdict === "passed" && report.left.length === 0;
}

function planOptions(
  request: ConformanceRequest,
  { credspec, account, domain }: Environment,
  run: string,
): Parameters<typeof planOf>[1] {
  const { namespace, serviceAccount, share, sql, imageOf } = request;
  const credspecName = request.credspec;
  const of = { namespace, serviceAccount, share, sql, imageOf };
  return { ...of, run, credspecName, credspec, account, domain };
}

function questionOn(
  cases: readonly Case[],
  { namespace }: ConformanceRequest,
  { versions }: Environment,
): string {
  const names = versions.map(({ name }) => name).join(", ");
  return `Run ${cases.length} cases on Windows Server ${names}? It creates Pods in namespace ${namespace}, copies of the credential spec and of its grant, and removes them.`;
}

interface Run {
  kubeConfig: KubeConfig;
  request: ConformanceRequest;
  environment: Environment;
  run: string;
  cases: readonly Case[];
  terminal: Terminal;
}

async function runAll({
  kubeConfig,
  request,
  environment,
  run,
  cases,
  terminal,
}: Run): Promise<ConformanceReport> {
  const { namespace } = request;
  const objects = new RunObjects(kubeConfig, namespace, run);
  const images = new Map<string, ConformanceReport["images"][number]>();
  const interrupts = new Interrupts(terminal);
  const started = new Date();
  const stage: Stage = {
    ...{ kubeConfig, namespace, objects, signal: interrupts.ofCases },
    about: { ...environment, share: request.share, sql: request.sql },
    limits: { answerMs: request.answerMs, startMs: request.startMs },
    onStarted: pod => {
      const windows = versionOfNode(environment, pod.spec?.nodeName ?? "");
      for (const each of imagesOf(pod)) {
        images.set(`${windows} ${each.digest}`, { windows, ...each });
      }
    },
  };
  let left: ConformanceReport["left"] = [];
  let reports: CaseReport[] = [];
  try {
    reports = await runCases(cases, stage, report => {
      terminal.note(lineOf(report));
    });
  } finally {
    left = await terminal.whileReading("Remove the created objects", () =>
      removeAll({ objects, namespace }, interrupts.ofRemoval),
    );
    interrupts.end();
    for (const { object, command } of left) {
      terminal.say(`warning: ${object} could not be removed: run ${command}`);
    }
  }
  const all = [...reports, ...casesWithoutNode(cases)];
  return {
    ...{ schema: SCHEMA, run, started: started.toISOString(), ended: new Date().toISOString() },
    verdict: verdictOfAll(all),
    interrupted: interrupts.ofCases.aborted,
    asked: askedOf(request, environment),
    versions: environment.versionsSeen,
    nodes: environment.nodes,
    unused: environment.unused,
    images: [...images.values()],
    ...{ cases: all, left },
  };
}

function versionOfNode({ nodes }: Environment, name: string): string {
  return nodes.find(node => node.name === name)?.windows ?? "";
}

function verdictOfAll(cases: readonly CaseReport[]): Verdict {
  return verdictOf(cases.map(({ verdict }) => ({ verdict, isNote: false })));
}

function askedOf(
  request: ConformanceRequest,
  { account }: Environment,
): ConformanceReport["asked"] {
  const { credspec, serviceAccount, share, sql } = request;
  return { credspec, account, serviceAccount, share: share !== undefined, sql: sql !== undefined };
}

function lineOf({ id, verdict, checks }: CaseReport): string {
  const counting = checks.find(check => !check.isNote && check.verdict === verdict);
  const why = verdict === "passed" || counting === undefined ? "" : `: ${wordsOf(counting)}`;
  return `${MARKS[verdict]} ${id}${why}`;
}

function summaryOf({ cases, verdict, nodes }: ConformanceReport, files: readonly string[]): string {
  const count = (of: Verdict): number => cases.filter(each => each.verdict === of).length;
  const isPlayed = nodes.some(({ played }) => played === "stand-in");
  return [
    `${MARKS[verdict]} ${count("passed")} passed, ${count("failed")} failed, ${count("unknown")} unknown, ${count("skipped")} skipped`,
    ...(isPlayed ? ["A stand-in played the nodes, so this shows nothing about Windows."] : []),
    `Report: ${files.join(", ")}`,
  ].join("\n");
}

/** The first Ctrl-C ends the cases, the second one also ends the removal. */
class Interrupts {
  readonly #cases = new AbortController();
  readonly #removal = new AbortController();
  readonly #onSignal: () => void;

  constructor(terminal: Terminal) {
    this.#onSignal = () => {
      if (this.#cases.signal.aborted) {
        this.#removal.abort();
        return;
      }
      terminal.say(
        "Interrupted: removing the created objects. Press Ctrl-C again to leave the rest.",
      );
      this.#cases.abort();
    };
    for (const name of SIGNALS) process.on(name, this.#onSignal);
    // Each container that answers a question adds a listener.
    setMaxListeners(0, this.ofCases, this.ofRemoval);
  }

  get ofCases(): AbortSignal {
    return this.#cases.signal;
  }

  get ofRemoval(): AbortSignal {
    return this.#removal.signal;
  }

  end(): void {
    for (const name of SIGNALS) process.off(name, this.#onSignal);
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
