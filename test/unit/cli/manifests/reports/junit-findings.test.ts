import type { Diagnostic } from "../../../../../cli/manifests/diagnostic";
import { casesOfFindings } from "../../../../../cli/manifests/reports/junit-findings";

const finding: Diagnostic = {
  level: "error",
  code: "GMSA213",
  file: "b.yaml",
  line: 7,
  column: 3,
  object: "Pod/shop",
  field: "spec",
  problem: "never runs on Windows",
  remedy: "Select nodes.",
};

test("every finding is a case of its file, and a file without any passes", () => {
  const warning: Diagnostic = { ...finding, level: "warning", object: "", field: "", remedy: "" };
  const passed = { name: "a.yaml", classname: "a.yaml", file: "a.yaml", failure: undefined };
  expect(casesOfFindings(["a.yaml", "b.yaml"], [finding, warning], ["error"])).toEqual([
    { name: "a.yaml", cases: [passed] },
    {
      name: "b.yaml",
      cases: [
        {
          name: "GMSA213 Pod/shop spec",
          classname: "b.yaml",
          file: "b.yaml",
          failure: {
            type: "GMSA213",
            message: "Pod/shop spec: never runs on Windows. Select nodes.",
            text: "b.yaml:7: error: Pod/shop spec: never runs on Windows. Select nodes.",
          },
        },
        {
          name: "GMSA213",
          classname: "b.yaml",
          file: "b.yaml",
          note: "b.yaml:7: warning: never runs on Windows",
          failure: undefined,
        },
      ],
    },
  ]);
});
