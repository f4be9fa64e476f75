/** Writes reproducible archives: sorted entries with the same time and no owner. */
import { chmodSync, createWriteStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { create, type TarOptionsWithAliasesAsyncNoFile } from "tar";

/** What goes into an archive. */
export interface ArchiveContents {
  /** A folder that contains exactly the files to archive. */
  folder: string;
  /** Folder within the archive; its root by default. */
  prefix?: string;
  /** Modification time of every file. */
  time: Date;
}

/** Writes a .tar.gz. */
export async function writeArchive(
  path: string,
  { folder, prefix, time }: ArchiveContents,
): Promise<void> {
  const files = filesIn(folder);
  // Set the modes explicitly, whatever the umask.
  for (const file of files) {
    const isProgram = (statSync(join(folder, file)).mode & 0o100) !== 0;
    chmodSync(join(folder, file), isProgram ? 0o755 : 0o644);
  }
  const options: TarOptionsWithAliasesAsyncNoFile = {
    cwd: folder,
    // Omits owners and other times; the gzip header does not name the system either.
    portable: true,
    mtime: time,
    gzip: { level: 9, portable: true },
    ...(prefix === undefined ? {} : { prefix }),
  };
  // Folders have no entries of their own: unpacking creates them.
  await pipeline(create(options, files), createWriteStream(path));
}

/** Paths of all files, separated by slashes. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) =>
      `${parentPath}/${name}`.slice(folder.length + 1).replaceAll("\\", "/"),
    )
    .sort();
}
