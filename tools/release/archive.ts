/** Archives that are the same bytes each time: sorted, of one time, of no owner. */
import { chmodSync, createWriteStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { create, type TarOptionsWithAliasesAsyncNoFile } from "tar";

/** What goes into an archive. */
export interface ArchiveContents {
  /** A folder made for this; what is in it is what is archived. */
  folder: string;
  /** Folder within the archive; at its top if left out. */
  prefix?: string;
  /** Of every file. */
  time: Date;
}

/** Writes a .tar.gz. */
export async function writeArchive(
  path: string,
  { folder, prefix, time }: ArchiveContents,
): Promise<void> {
  const files = filesIn(folder);
  // Whatever the umask is.
  for (const file of files) {
    const isProgram = (statSync(join(folder, file)).mode & 0o100) !== 0;
    chmodSync(join(folder, file), isProgram ? 0o755 : 0o644);
  }
  const options: TarOptionsWithAliasesAsyncNoFile = {
    cwd: folder,
    // Neither owner nor other times; the header of gzip names no system either.
    portable: true,
    mtime: time,
    gzip: { level: 9, portable: true },
    ...(prefix === undefined ? {} : { prefix }),
  };
  // Folders have no entries of their own: whoever unpacks makes them.
  await pipeline(create(options, files), createWriteStream(path));
}

/** Paths of all files, with slashes. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) =>
      `${parentPath}/${name}`.slice(folder.length + 1).replaceAll("\\", "/"),
    )
    .sort();
}
