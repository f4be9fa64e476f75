import { checkCredspec } from "../../../rules/credspec/checks/check-credspec";
import { CREDSPEC_KIND } from "../../../rules/credspec/resource";
import type { StoredCredspec } from "../../inspect/state";
import { check, fail, pass, skip, warn, type Observed } from "../report/check";

/** Checks that Windows can use the contents of the credential specs. */
export const credspecs = check({
  name: "credspecs",
  title: "Windows can use every credential spec",
  needs: ["credspecs"],
  judge({ credspecs: stored }) {
    if (stored.length === 0) {
      return [
        skip(
          "there are no credential specs yet",
          "Create one with `gmsa create` or `gmsa convert`.",
        ),
      ];
    }
    return stored.flatMap(observe);
  },
});

function observe({ name, credspec }: StoredCredspec): Observed[] {
  const object = `${CREDSPEC_KIND}/${name}`;
  if (credspec === undefined || credspec === null) {
    const remedy = `Run \`gmsa convert FILE --name ${name}\` to put the JSON of New-CredentialSpec under its key credspec.`;
    return [fail(`${object} has no key credspec: Pods that name it are refused`, remedy)];
  }
  const findings = checkCredspec(credspec);
  return findings.length === 0
    ? [pass(`${object} is well formed`)]
    : findings.map(({ level, places, found, expected, remedy }) =>
        (level === "error" ? fail : warn)(
          `${object}: ${places[0]?.text ?? ""} is ${found}, not ${expected}`,
          remedy,
        ),
      );
}
