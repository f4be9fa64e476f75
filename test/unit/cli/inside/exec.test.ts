import type { V1Status } from "@kubernetes/client-node";

import { ranBy } from "../../../../cli/inside/exec";

const NOTHING = { stdout: "", stderr: "" };

function exitCode(code: number): V1Status {
  const causes = [{ reason: "ExitCode", message: String(code) }];
  return { status: "Failure", reason: "NonZeroExitCode", details: { causes } };
}

function notStarted(why: string): V1Status {
  const message = `Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "1f": ${why}`;
  return { status: "Failure", reason: "InternalError", message };
}

describe("the kubelet's status of a command that has ended", () => {
  test("its exit code", () => {
    const output = { stdout: "out", stderr: "err" };
    expect(ranBy({ status: "Success" }, output)).toEqual({
      ...{ outcome: "ended", exitCode: 0 },
      ...output,
    });
    expect(ranBy(exitCode(87), output)).toEqual({ outcome: "ended", exitCode: 87, ...output });
  });

  test.each([
    [
      "runc",
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "nltest": executable file not found in $PATH: unknown',
    ],
    [
      "hcsshim",
      "hcs::System::CreateProcess nltest /query: The system cannot find the file specified.: unknown",
    ],
    [
      "hcsshim on Windows in German",
      "hcs::System::CreateProcess nltest /query: Das System kann die angegebene Datei nicht finden. (0x2): unknown",
    ],
  ])("%s finds no such program", (_, why) => {
    expect(ranBy(notStarted(why), NOTHING)).toEqual({ outcome: "no such program" });
  });

  test("a shell-like exit code without such a program", () => {
    const output = { stdout: "", stderr: "exec: nltest: executable file not found in $PATH" };
    expect(ranBy(exitCode(127), output)).toEqual({ outcome: "no such program" });
  });

  test("an answer of nltest that mentions a missing file is still an answer", () => {
    const output = { stdout: "", stderr: "no such file or directory" };
    expect(ranBy(exitCode(2), output)).toMatchObject({ outcome: "ended", exitCode: 2 });
  });

  test("other reasons why it cannot start are reported", () => {
    const status = notStarted(
      "hcs::System::CreateProcess nltest: Access is denied. (0x5): unknown",
    );
    expect(ranBy(status, NOTHING)).toEqual({ outcome: "failed", why: status.message });
  });
});
