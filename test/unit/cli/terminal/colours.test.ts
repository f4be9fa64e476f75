import type { ColourMode, Colours } from "../../../../cli/terminal/colours";

const ENVIRONMENT = { ...process.env };

afterEach(() => {
  process.env = { ...ENVIRONMENT };
});

/** The library reads the environment only once, when it is loaded. */
async function coloured(
  stream: { isTTY?: boolean },
  environment: NodeJS.ProcessEnv,
  chosen?: ColourMode,
): Promise<string> {
  process.env = { PATH: ENVIRONMENT.PATH, TERM: "xterm", ...environment };
  let colours: Colours | undefined;
  await jest.isolateModulesAsync(async () => {
    const { chooseColours, coloursFor } = await import("../../../../cli/terminal/colours");
    if (chosen !== undefined) chooseColours(chosen);
    colours = coloursFor(stream);
  });
  return colours?.green("text") ?? "";
}

describe("colours", () => {
  test("are for terminals", async () => {
    // Jest's own stdout may not be a terminal.
    const supported = { FORCE_COLOR: "1" };
    expect(await coloured({ isTTY: true }, supported)).toBe("\u001b[32mtext\u001b[39m");
    expect(await coloured({}, supported)).toBe("text");
    expect(await coloured({ isTTY: false }, supported)).toBe("text");
  });

  test("are not for the logs of a CI system, which the library would colour", async () => {
    expect(await coloured({}, { CI: "true" })).toBe("text");
  });

  test("are off for users who do not want them", async () => {
    expect(await coloured({ isTTY: true }, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe("text");
  });

  test("are as the user chooses, regardless of the stream and the environment", async () => {
    const green = "\u001b[32mtext\u001b[39m";
    expect(await coloured({}, { NO_COLOR: "1" }, "always")).toBe(green);
    expect(await coloured({ isTTY: true }, { FORCE_COLOR: "1" }, "never")).toBe("text");
    expect(await coloured({ isTTY: true }, { FORCE_COLOR: "1" }, "auto")).toBe(green);
  });
});
