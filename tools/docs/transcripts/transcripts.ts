/**
 * `npm run docs:transcripts`: plays every transcript of the documentation on a cluster made for it,
 * and writes what was printed into the pages.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { build } from "../../build/build";
import { startTranscriptBed } from "./play";
import { pagesWithTranscripts, playPage } from "./documentation";
import { sameEverywhere } from "./page-transcripts";

const ROOT = resolve(__dirname, "../../..");

async function main(): Promise<void> {
  await build();
  for (const page of pagesWithTranscripts("cluster")) {
    // Each page begins where nothing has been done yet.
    const bed = await startTranscriptBed();
    try {
      const { before, after } = await playPage(page, "cluster", bed);
      // What differs only as any two runs do stays as it was.
      const isNew = sameEverywhere(before) !== sameEverywhere(after);
      if (isNew) writeFileSync(join(ROOT, page), after);
      console.error(`${page}: ${isNew ? "written" : "as before"}`);
    } finally {
      await bed.stop();
    }
  }
}

main()
  .then(() => {
    process.exit();
  })
  .catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
