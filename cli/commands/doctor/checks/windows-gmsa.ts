import { check, unlessWrong, warn } from "../report/check";
import { oldConfigurations } from "../../../doctor/old-installation";

/** kubernetes-sigs/windows-gmsa, which this replaces, is gone. */
export const windowsGmsa = check({
  name: "windows-gmsa",
  title: "no webhook of kubernetes-sigs/windows-gmsa is left",
  needs: ["mutating", "validating"],
  judge: facts =>
    unlessWrong(
      oldConfigurations(facts).map(({ kind, name, namespace }) =>
        warn(
          `${kind}/${name} of windows-gmsa is still there (service in namespace ${namespace}): every Pod waits for both`,
          "Finish the migration: steps 3 and 4 of docs/migration.md.",
        ),
      ),
      "no webhook of windows-gmsa is left",
    ),
});
