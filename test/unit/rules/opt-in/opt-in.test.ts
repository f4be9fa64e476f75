import { randomHostname } from "../../../../rules/opt-in/apply";
import { readHelperSettings } from "../../../../rules/opt-in/opt-in-settings";
import { secureChannelHook } from "../../../../rules/opt-in/secure-channel";

describe("a random hostname", () => {
  test("is one of NetBIOS and of DNS, and another each time", () => {
    const names = Array.from({ length: 1000 }, randomHostname);
    expect(names.filter(name => !/^[a-z][a-z0-9]{14}$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    const characters = new Set(names.join(""));
    expect(characters.size).toBe(36);
  });
});

describe("the secure channel hook", () => {
  test("is a command line that nothing between here and cmd has to escape", () => {
    const [program, ...args] = secureChannelHook().exec.command;
    expect(program).toBe("cmd.exe");
    expect(args.slice(0, -1)).toEqual(["/Q", "/S", "/C"]);
    expect(args.at(-1)).toMatch(/^\(if exist [^"\r\n]+\) & exit 0$/);
    // cmd expands only the loop variable and the environment variable.
    expect(args.at(-1)?.match(/%[^ %]*%?/g)).toEqual(["%SystemRoot%", "%i"]);
  });

  test("ends after twenty attempts of some three seconds, and always with success", () => {
    const script = secureChannelHook().exec.command.at(-1) ?? "";
    expect(/in \(1,1,(\d+)\)/.exec(script)?.[1]).toBe("20");
    const pings = [...script.matchAll(/ping\.exe -n (\d+)/g)].map(([, count]) => Number(count));
    expect(pings.map(count => count - 1)).toEqual([1, 2]);
    expect(script.match(/exit \d/g)).toEqual(["exit 0", "exit 0"]);
    const depths = Array.from(script, c => (c === "(" ? 1 : c === ")" ? -1 : 0));
    expect(depths.reduce<number>((sum, step) => sum + step, 0)).toBe(0);
  });
});

describe("the settings of the controller", () => {
  test.each([
    [{}, false],
    [{ RANDOM_HOSTNAME: "" }, false],
    [{ RANDOM_HOSTNAME: "false" }, false],
    [{ RANDOM_HOSTNAME: "true" }, true],
    [{ RANDOM_HOSTNAME: "True" }, true],
    [{ RANDOM_HOSTNAME: "1" }, true],
  ])("%j", (environment, randomHostname) => {
    expect(readHelperSettings(environment)).toEqual({
      defaults: { secureChannel: false, randomHostname },
      asksNamespaces: false,
    });
  });

  test.each(["yes", "on", "constructor", " true"])("%j is not understood, and told", value => {
    expect(() => readHelperSettings({ NAMESPACE_ANNOTATIONS: value })).toThrow(
      `the environment variable NAMESPACE_ANNOTATIONS is ${JSON.stringify(value)}: set "true" or "false"`,
    );
  });
});
