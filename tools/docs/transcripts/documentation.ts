/** The documentation pages with transcripts. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { documentationPages } from "../../build/documentation-pages";
import {
  contentOf,
  transcriptsIn,
  withContents,
  type Stage as StageName,
} from "./page-transcripts";
import { Stage, type Player } from "./play";

const ROOT = resolve(__dirname, "../../..");

/** A page's current text, and its text after a run. */
export interface PlayedPage {
  /** Path relative to the checkout. */
  page: string;
  before: string;
  after: string;
}

/** Pages with transcripts for a stage, including README.md; paths relative to the checkout. */
export function pagesWithTranscripts(stage: StageName): string[] {
  return ["README.md", ...documentationPages()].filter(page =>
    transcriptsIn(read(page)).some(transcript => transcript.stage === stage),
  );
}

/**
 * Runs a page's transcripts from top to bottom, in one folder. Objects that they write stay in the
 * cluster.
 */
export async function playPage(
  page: string,
  stage: StageName,
  player: Player,
): Promise<PlayedPage> {
  const before = read(page);
  const transcripts = transcriptsIn(before).filter(transcript => transcript.stage === stage);
  const place = new Stage(player);
  try {
    const played = [];
    for (const transcript of transcripts) {
      const results = await place.play(transcript.commands);
      played.push({ transcript, content: contentOf(results) });
    }
    return { page, before, after: withContents(before, played) };
  } finally {
    place.remove();
  }
}

export function read(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}
