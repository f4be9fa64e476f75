/**
 * `npm run release -- VERSION`: builds, and writes all files of a release into dist/release. The
 * same sources, Node.js and kubectl give the same bytes. It does not need a network, and neither
 * signs nor publishes: .github/workflows/release.yaml does both.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Command, InvalidArgumentError, Option } from "commander";

import { build } from "../build/build";
import { digestOf, parseImage } from "../build/image-digest";
import { imageOf } from "../build/pin-images";
import { packExecutable } from "./executable";
import { checkVersion, executablesIn, makeRelease } from "./make-release";

const run = promisify(execFile);

const ROOT = resolve(__dirname, "../..");
const FOLDER = join(ROOT, "dist/release");
const ASK = "registry";
/** As in the documentation, until the repository is published. */
const NOWHERE = "OWNER/REPOSITORY";

interface Options {
  repository: string;
  imageDigest?: string;
  executables?: string;
  executableOnly?: boolean;
}

async function release(version: string, options: Options): Promise<void> {
  checkVersion(version);
  const time = await sourceTime();
  if (options.executableOnly === true) {
    mkdirSync(FOLDER, { recursive: true });
    console.log(await packExecutable(FOLDER, { version, time }));
    return;
  }
  await build();
  const made = mkdtempSync(join(tmpdir(), "gmsa-executables-"));
  try {
    const { executables, repository } = options;
    if (executables === undefined) await packExecutable(made, { version, time });
    await makeRelease({
      ...{ folder: FOLDER, version, time, repository },
      executables: executablesIn(executables ?? made, version),
      imageDigest: await digestFor(options.imageDigest),
    });
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  const image = readFileSync(join(FOLDER, "image.txt"), "utf8").trim();
  console.log(`dist/release: ${readdirSync(FOLDER).length} files; the image is ${image}`);
  if (!image.includes("@")) console.log("It is named by its tag: --image-digest pins it.");
}

/** When the sources were last changed: SOURCE_DATE_EPOCH, or the time of the last commit. */
async function sourceTime(): Promise<Date> {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined && !/^\d+$/.test(given)) {
    throw new Error(`SOURCE_DATE_EPOCH is not a number of seconds: ${given}`);
  }
  if (given !== undefined) return new Date(Number(given) * 1000);
  const { stdout } = await run("git", ["log", "-1", "--format=%ct"], { cwd: ROOT });
  return new Date(Number(stdout) * 1000);
}

/** @throws Error if the digest has to be looked up and the registry does not answer */
async function digestFor(given: string | undefined): Promise<string | undefined> {
  if (given !== ASK) return given;
  const image = parseImage(imageOf(readFileSync(join(ROOT, "dist/gmsa.yaml"), "utf8")));
  const answer = await digestOf(image);
  if ("unreachable" in answer) throw new Error(answer.unreachable);
  return answer.digest;
}

function parseDigest(value: string): string {
  if (value === ASK || /^sha256:[0-9a-f]{64}$/.test(value)) return value;
  throw new InvalidArgumentError("sha256: and 64 hexadecimal digits, or registry");
}

if (require.main === module) {
  new Command("npm run release --")
    .description("Makes everything of a release: manifests, chart, command line tool, checksums.")
    .argument("<version>", "that of package.json, such as 0.1.0")
    .option("--repository <owner/name>", "where it is published on GitHub", NOWHERE)
    .addOption(
      new Option(
        "--image-digest <digest>",
        `pins the image; ${ASK} asks its registry, which needs the network`,
      ).argParser(parseDigest),
    )
    .option("--executables <folder>", "of archives made on other machines, instead of this one's")
    .option("--executable-only", "make only the executable for this machine")
    .action(release)
    .parseAsync()
    .catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    });
}
