/** Writes the report of a run to its folder. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { junitXml } from "../../manifests/reports/junit";
import { Failure } from "../../terminal/failure";
import { suitesOf } from "./junit-suites";
import { markdownOf } from "./markdown";
import { conformanceReport, type ConformanceReport } from "./conformance-report";

/** Runs before anything is created: a run is useless if its report cannot be written. */
export async function prepareFolder(folder: string): Promise<void> {
  await orFailure(folder, mkdir(folder, { recursive: true }));
}

/** @returns the paths of the files. */
export async function writeReport(folder: string, report: ConformanceReport): Promise<string[]> {
  const texts: Readonly<Record<string, string>> = {
    "report.md": markdownOf(report),
    "report.json": `${JSON.stringify(conformanceReport.parse(report), null, 2)}\n`,
    "junit.xml": `${junitXml("gmsa conformance", suitesOf(report))}\n`,
  };
  const files = Object.entries(texts).map(([name, text]) => ({ file: join(folder, name), text }));
  for (const { file, text } of files) await orFailure(file, writeFile(file, text));
  return files.map(({ file }) => file);
}

async function orFailure(path: string, writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    throw new Failure(
      `${path} cannot be written: ${(error as Error).message}`,
      "Choose another -o.",
    );
  }
}
