/** The part of the client of the API server that `gmsa` includes. */
import { clientImports, withoutUnused } from "../../../../tools/build/client-part";

const PACKAGE = "@kubernetes/client-node";

describe("names that a file imports from the client", () => {
  const statement = (start: string): string =>
    `import { a } from "./a";\n${start} from "${PACKAGE}";\n`;

  test.each([
    ["one name", "import { KubeConfig }", ["KubeConfig"]],
    ["several lines", "import {\n  CoreV1Api,\n  KubeConfig,\n}", ["CoreV1Api", "KubeConfig"]],
    ["types among them", "import { CoreV1Api, type V1Pod, type V1Secret }", ["CoreV1Api"]],
    ["types only", "import type { V1Pod, V1Secret }", []],
    ["types that are passed on", "export type { V1Pod }", []],
    ["a name that begins with type", "import { typed }", ["typed"]],
  ])("%s", (_, start, expected) => {
    expect(clientImports("a.ts", statement(start))).toEqual(expected);
  });

  test("of several statements, and of none", () => {
    const text = statement("import type { V1Pod }") + statement("import { CoreV1Api }");
    expect(clientImports("a.ts", text)).toEqual(["CoreV1Api"]);
    expect(clientImports("a.ts", 'import { a } from "./a";\n')).toEqual([]);
  });

  // The imported names would not be known, so methods that are called would be missing.
  test.each(["import * as k8s", "import k8s", "export *", "export { CoreV1Api }"])(
    "not of `%s`",
    start => {
      expect(() => clientImports("a.ts", statement(start))).toThrow("a.ts: import {names}");
    },
  );
});

describe("methods that are left out", () => {
  const API = `import { x } from "./x";
export class Requests extends Base {
    constructor(a) { super(a); this.listPods = 1; }
    /** Lists. */
    async listPods(a) { return "}"; }
    async deletePods(a) { return \`\${a} }\`; }
    listPodsWithHttpInfo(a) { return 1; }
    deletePodsWithHttpInfo(a) { return 2; }
    get deleted() { return 3; }
}
export function deletePods() { return 4; }
Requests.a = 1;
`;

  test("are those whose names are not used", () => {
    const left = withoutUnused(API, new Set(["listPods"]));
    expect(left.replaceAll(/^ +/gm, "").split("\n")).toEqual([
      'import { x } from "./x";',
      "export class Requests extends Base {",
      "constructor(a) { super(a); this.listPods = 1; }",
      "/** Lists. */",
      'async listPods(a) { return "}"; }',
      "listPodsWithHttpInfo(a) { return 1; }",
      "get deleted() { return 3; }",
      "}",
      "export function deletePods() { return 4; }",
      "Requests.a = 1;",
      "",
    ]);
  });

  test("are none if all are used", () => {
    expect(withoutUnused(API, new Set(["listPods", "deletePods"]))).toBe(API);
  });
});
