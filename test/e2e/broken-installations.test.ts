/** `gmsa doctor` and `gmsa status` on an installation that is broken in one way after another. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { eventually } from "../../testbed/objects/eventually";
import { reportEndpoints, reportReady } from "../../testbed/objects/report-ready";
import { describeOnOwnBed } from "../setup/own-bed";
import { hasFinding } from "../support/doctor-findings";
import { gmsa, type GmsaResult } from "../support/gmsa-program";
import type { Restore } from "./broken";
import { BROKEN_INSTALLATIONS } from "./broken-installations";

describeOnOwnBed("an installation that is broken", () => {
  let bed: Bed;
  let breaking: Promise<Restore> | undefined;

  beforeAll(async () => {
    bed = await startBed({ replicas: 2, install: MANIFEST });
    // The certificate controller would repair these breakages within seconds.
    await bed.controllers?.keeper?.stop();
    await reportReady(bed);
    await reportEndpoints(bed);
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  // In a hook, because a test that times out would leave its breakage to the following tests.
  afterEach(async () => {
    const restore = await breaking;
    breaking = undefined;
    await restore?.();
  }, 120_000);

  function run(...args: string[]): Promise<GmsaResult> {
    return gmsa(args, { env: { KUBECONFIG: bed.kubeconfigPath } });
  }

  test("is green before", async () => {
    const result = await eventually(
      () => run("doctor", "--strict"),
      ({ code }) => code === 0,
      60_000,
    );
    expect(result.stdout).not.toMatch(/^[!✘?]/m);
    expect(await run("status")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^✔ GMSA works: \d+ checks of the installation passed\n/,
      ) as string,
    });
  }, 120_000);

  test.each(BROKEN_INSTALLATIONS)(
    "$what",
    async ({ break: breakIt, code, effect, names }) => {
      breaking = breakIt(bed);
      await breaking;
      const due = { check: code, level: "fail", ...(effect && { effect }), names } as const;
      const doctor = await eventually(
        () => run("doctor", "-o", "json"),
        ({ stdout }) => hasFinding(stdout, due),
        30_000,
      );
      expect(hasFinding(doctor.stdout, due)).toBe(true);
      expect(doctor.code).toBe(1);
      const status = await run("status");
      expect(status.stdout).toMatch(/^✘ /);
      expect(status.code).toBe(1);
    },
    300_000,
  );

  test("each is a row of docs/reference/checks.md, with its code, and there is no other", () => {
    const page = readFileSync(join(__dirname, "../../docs/reference/checks.md"), "utf8");
    const [, section = ""] = page.split("## An installation that is broken");
    const rows = [...section.matchAll(/^\| (.+?) +\| `(GMSA\d+)` +\|/gm)].map(row =>
      row.slice(1, 3),
    );
    expect(rows).toEqual(BROKEN_INSTALLATIONS.map(({ what, code }) => [what, code]));
  });
});
