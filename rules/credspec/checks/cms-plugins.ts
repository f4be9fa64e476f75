import { CMS_PLUGINS } from "./fields";
import { error, warning, type Finding } from "./finding";
import type { CredspecFields } from "./schema";
import { describeValue } from "../../text";

const PLUGIN = "ActiveDirectory";
const MAX_SHOWN = 5;

/**
 * Checks for the plug-in ActiveDirectory. Without it, the container runtime ignores all other fields.
 */
export function checkCmsPlugins({ CmsPlugins: plugins }: CredspecFields): Finding[] {
  if (plugins?.includes(PLUGIN) !== true) {
    return [
      error({
        path: CMS_PLUGINS,
        found:
          plugins === undefined
            ? "missing"
            : `the list ${JSON.stringify(plugins.slice(0, MAX_SHOWN))}`,
        expected: `a list of the plug-in ${PLUGIN}`,
        remedy: `write "CmsPlugins": ["${PLUGIN}"], as New-CredentialSpec does`,
      }),
    ];
  }
  return plugins.flatMap((plugin, index) =>
    plugin === PLUGIN
      ? []
      : warning({
          path: [...CMS_PLUGINS, index],
          found: describeValue(plugin),
          expected: `${PLUGIN} alone`,
          remedy:
            "remove the others, unless the documentation of your container runtime names them",
        }),
  );
}
