import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How containers of an image start. */
export interface ImageConfig {
  Entrypoint?: readonly string[];
  Cmd?: readonly string[];
  /** Such as "65532". */
  User?: string;
  WorkingDir?: string;
}

/** Files in one folder that become a layer of the image. */
export interface Layer {
  /** An absolute path, to which `files` are relative. */
  folder: string;
  /** All files in the folder if left out. */
  files?: readonly string[];
  /** Prefix of each path, such as "app/". */
  prefix?: string;
  /** User and group id of all files; unchanged if left out. */
  owner?: number;
}

/** An image to build. */
export interface ImagePlan {
  /** Such as "registry.example/name:tag". */
  name: string;
  config: ImageConfig;
  /** Everything that its contents depend on: plans with equal inputs give the same image. */
  inputs: unknown;
  /** Creates the layers of the image, bottom first; `scratch` is a temporary folder. */
  layers(scratch: string): Promise<readonly Layer[]>;
}

/** Increment when this file changes how it builds the same plan. */
const RECIPE = 2;

/** The archive is the same for the same files, whatever their order and modification times. */
const reproducible = ["--format=posix", "--pax-option=delete=atime,delete=ctime", "--mtime=@0"];

/** SHA-256 of a file, in hex. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

async function writeLayer(tar: string, layer: Layer, scratch: string): Promise<string> {
  const output = join(mkdtempSync(join(scratch, "layer-")), "layer.tar");
  const list = `${output}.list`;
  const { folder, files, prefix, owner } = layer;
  if (files) writeFileSync(list, files.map(file => `${file}\0`).join(""));
  await run(tar, [
    ...reproducible,
    ...["--sort=name", "--numeric-owner", "--hard-dereference"],
    ...(owner === undefined ? [] : [`--owner=${owner}`, `--group=${owner}`]),
    // If tar archives a whole folder, the names begin with a dot after the prefix.
    ...(prefix === undefined ? [] : [`--transform=s,^,${prefix},rSH`]),
    `--file=${output}`,
    ...["--create", "--directory", folder],
    ...(files ? ["--null", "--no-recursion", "--files-from", list] : ["."]),
  ]);
  return output;
}

/** Everything that an image depends on: images with equal identities are equal. */
export function identityOf({ name, config, inputs }: ImagePlan): unknown {
  return [RECIPE, name, config, inputs];
}

/**
 * Builds an image without a container engine, in the format of `docker save`.
 * @param tar path of GNU tar
 * @param dir folder for the archive and temporary files
 * @returns the path of the archive
 */
export async function makeImage(tar: string, plan: ImagePlan, dir: string): Promise<string> {
  const scratch = mkdtempSync(join(dir, "image-"));
  const files: string[] = [];
  const digests: string[] = [];
  for (const layer of await plan.layers(scratch)) {
    const file = await writeLayer(tar, layer, scratch);
    digests.push(await digestOf(file));
    files.push(file);
  }
  const created = "1970-01-01T00:00:00Z";
  const configuration = {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    created,
    config: { Env: ["PATH=/usr/local/bin:/usr/bin:/bin"], ...plan.config },
    rootfs: { type: "layers", diff_ids: digests.map(digest => `sha256:${digest}`) },
    history: digests.map(() => ({ created })),
  };
  const folder = mkdtempSync(join(scratch, "archive-"));
  const layers = digests.map(digest => `${digest}.tar`);
  for (const [index, file] of files.entries()) renameSync(file, join(folder, layers[index] ?? ""));
  writeFileSync(join(folder, "config.json"), JSON.stringify(configuration));
  const manifest = [{ Config: "config.json", RepoTags: [plan.name], Layers: layers }];
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  const output = join(scratch, "image.tar");
  const parts = ["manifest.json", "config.json", ...new Set(layers)];
  const rootOwned = ["--numeric-owner", "--owner=0", "--group=0", "--mode=0644"];
  await run(tar, [...reproducible, ...rootOwned, "-C", folder, "-cf", output, ...parts]);
  return output;
}
