/**
 * `npm run docs:transcripts`: runs every transcript of the documentation on a new cluster, and
 * writes the output into the pages.
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
    // Each page needs a fresh cluster.
    const bed = await startTranscriptBed();
    try {
      const { before, after } = await playPage(page, "cluster", bed);
      // Keep the old output if only variable text differs.
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
