import { version as ours } from "../../../package.json";
import { check, pass, skip, warn } from "../report/check";

const LABEL = "app.kubernetes.io/version";

/**
 * The objects are compared with those of this `gmsa`. An installation of another version is expected to
 * differ.
 */
export const version = check({
  name: "version",
  title: "the installation and this gmsa have the same version",
  needs: ["controller"],
  judge({ controller }) {
    const installed = controller?.metadata?.labels?.[LABEL];
    if (installed === undefined) return [skip("the installation does not show its version")];
    return installed === ours
      ? [pass(`the installation has version ${installed}, like this gmsa`)]
      : [
          warn(
            `the installation has version ${installed}, and is compared with ${ours}`,
            `Use gmsa ${installed}, or upgrade the installation (\`gmsa explain install\`).`,
          ),
        ];
  },
});
