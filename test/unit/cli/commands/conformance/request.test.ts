import {
  requestOf,
  type ConformanceOptions,
} from "../../../../../cli/commands/conformance/request";
import { shareOf, sqlServerOf } from "../../../../../cli/commands/conformance/target-scripts";

const GIVEN = {
  ...{ namespace: "shop", credspec: "webapp1", serviceAccount: "web", output: "report" },
  ...{ timeout: 1, startTimeout: 2 },
};

test.each<[string, string | undefined]>([
  ["//fs01.contoso.com/data", "\\\\fs01.contoso.com\\data"],
  ["\\\\fs01\\data$\\in box\\", "\\\\fs01\\data$\\in box"],
  ["//fs01", undefined],
  ["fs01/data", undefined],
  ["//fs01/da'ta", undefined],
  ["//fs01/da’ta", undefined],
  ["//fs01/$(x)", undefined],
  ["//fs01//data", undefined],
  ["///fs01/data", undefined],
])("%s as a share is %s", (text, due) => {
  expect(shareOf(text)).toBe(due);
});

test.each<[string, boolean]>([
  ["sql01", true],
  ["sql01.contoso.com,1433", true],
  ["sql01\\SHOP", true],
  ["sql01;Password=x", false],
  ["sql01'", false],
  ["", false],
])("%s as a SQL Server: %s", (text, isOne) => {
  expect(sqlServerOf(text) !== undefined).toBe(isOne);
});

describe("the request that the options describe", () => {
  test("images: of one version before those of all, and those of Microsoft without any", () => {
    const imageOf = (image?: string[]): string[] => {
      const request = requestOf({ ...GIVEN, ...(image && { image }) });
      return (["2019", "2022"] as const).map(request.imageOf);
    };
    expect(imageOf()).toEqual([
      "mcr.microsoft.com/windows/servercore:ltsc2019",
      "mcr.microsoft.com/windows/servercore:ltsc2022",
    ]);
    expect(imageOf(["all:1", "2022=mine:2"])).toEqual(["all:1", "mine:2"]);
  });

  test("a dry run asks no questions, and needs no folder", () => {
    expect(requestOf({ ...GIVEN, output: "", dryRun: true })).toMatchObject({ isAsked: false });
    expect(requestOf(GIVEN)).toMatchObject({ isAsked: true, folder: "report" });
    expect(requestOf({ ...GIVEN, yes: true })).toMatchObject({ isAsked: false });
  });

  test.each<[string, Partial<ConformanceOptions>]>([
    ["'--credspec <name>' not specified", { credspec: "" }],
    ["'--service-account <name>' not specified", { serviceAccount: "" }],
    ["'-o <folder>' not specified", { output: "" }],
    ['no GMSACredentialSpec can be named "A_b"', { credspec: "A_b" }],
    ["--service-account other/web is not in namespace", { serviceAccount: "other/web" }],
    ["--target fs does not name a share", { target: "fs" }],
    ["--sql a;b does not name a server", { sql: "a;b" }],
    ["--image 2012=x is not an image", { image: ["2012=x"] }],
  ])("wrong usage: %s", (message, wrong) => {
    expect(failureOf(wrong)).toMatchObject({
      message: expect.stringContaining(message) as string,
      exitCode: 2,
    });
  });
});

function failureOf(wrong: Partial<ConformanceOptions>): unknown {
  try {
    return requestOf({ ...GIVEN, ...wrong });
  } catch (error) {
    return error;
  }
}
