/** Runs the documentation's transcripts again: the output must match the pages. */
import type { Command } from "commander";

import { createProgram } from "../../cli/program";
import { processTerminal } from "../../cli/terminal/terminal";
import { startTranscriptBed } from "../../tools/docs/transcripts/play";
import { pagesWithTranscripts, playPage, read } from "../../tools/docs/transcripts/documentation";
import { transcriptsIn, sameEverywhere } from "../../tools/docs/transcripts/page-transcripts";
import type { Bed } from "../../testbed/bed/bed";
import { describeOnOwnBed } from "../setup/own-bed";

/** Commands that people run, such as `certs status`, but not completion scripts. */
function commandsOf(command: Command, path: readonly string[] = []): string[] {
  const visible = command.createHelp().visibleCommands(command);
  const verbs = visible.filter(verb => !["help", "completion"].includes(verb.name()));
  const below = verbs.flatMap(verb => commandsOf(verb, [...path, verb.name()]));
  return verbs.length === 0 ? [path.join(" ")] : below;
}

test("docs/reference/cli.md has a transcript of every command", () => {
  const commands = transcriptsIn(read("docs/reference/cli.md")).flatMap(
    transcript => transcript.commands,
  );
  const missing = commandsOf(createProgram("gmsa", processTerminal())).filter(
    verb => !commands.some(command => new RegExp(`\\bgmsa ${verb}\\b`).test(command)),
  );
  expect(missing).toEqual([]);
});

describeOnOwnBed("a transcript says what is printed", () => {
  let bed: Bed;

  beforeEach(async () => {
    bed = await startTranscriptBed();
  }, 300_000);

  afterEach(async () => {
    await bed.stop();
  });

  test.each(pagesWithTranscripts("cluster"))(
    "in %s",
    async page => {
      const { before, after } = await playPage(page, "cluster", bed);
      expect(sameEverywhere(after)).toBe(sameEverywhere(before));
    },
    300_000,
  );
});
