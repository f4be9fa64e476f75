/** Pure: validates the options of `gmsa conformance`. */
import { isObjectName } from "../../../rules/object";
import { parseServiceAccount } from "../../options/service-account-options";
import { EXIT, Failure } from "../../terminal/failure";
import { VERSION_NAMES, type VersionName } from "./case-model";
import { shareOf, sqlServerOf } from "./target-scripts";

/** The options as commander returns them. */
export interface ConformanceOptions {
  namespace?: string;
  credspec?: string;
  serviceAccount?: string;
  target?: string;
  sql?: string;
  image?: string[];
  output?: string;
  dryRun?: boolean;
  yes?: boolean;
  /** Milliseconds. */
  timeout: number;
  startTimeout: number;
}

/** The request of the user, with all names validated. */
export interface ConformanceRequest {
  namespace: string;
  credspec: string;
  serviceAccount: string;
  share: string | undefined;
  sql: string | undefined;
  imageOf: (version: VersionName) => string;
  /** Absent for a dry run. */
  folder: string | undefined;
  isAsked: boolean;
  answerMs: number;
  startMs: number;
}

/** @throws Failure for a usage error. */
export function requestOf(options: ConformanceOptions & { namespace: string }): ConformanceRequest {
  const credspec = required(options.credspec, "--credspec <name>");
  if (!isObjectName(credspec)) {
    throw usage(
      `no GMSACredentialSpec can be named "${credspec}"`,
      "Run `kubectl get gmsa` to list them.",
    );
  }
  const text = required(options.serviceAccount, "--service-account <name>");
  const account = parseServiceAccount(text, options.namespace);
  if (account.namespace !== options.namespace) {
    throw usage(
      `--service-account ${text} is not in namespace ${options.namespace}, where the Pods are`,
      "Name its namespace with -n: the service account of a Pod is in the Pod's namespace.",
    );
  }
  const folder = options.dryRun === true ? undefined : required(options.output, "-o <folder>");
  return {
    ...{ namespace: options.namespace, credspec, serviceAccount: account.name },
    ...servicesOf(options),
    imageOf: imagesOf(options.image ?? []),
    folder,
    isAsked: options.yes !== true && folder !== undefined,
    ...{ answerMs: options.timeout, startMs: options.startTimeout },
  };
}

function servicesOf({
  target,
  sql,
}: ConformanceOptions): Pick<ConformanceRequest, "share" | "sql"> {
  const share = target === undefined ? undefined : shareOf(target);
  if (target !== undefined && share === undefined) {
    throw usage(
      `--target ${target} does not name a share`,
      "It must be //server/share, with letters, digits, spaces, dots, _, $ and -.",
    );
  }
  if (sql !== undefined && sqlServerOf(sql) === undefined) {
    throw usage(
      `--sql ${sql} does not name a server`,
      "It must be HOST, HOST,PORT or HOST\\INSTANCE.",
    );
  }
  return { share, sql };
}

const SERVER_CORE = "mcr.microsoft.com/windows/servercore:ltsc";

/** @throws Failure for a usage error, such as an unknown version. */
function imagesOf(given: readonly string[]): ConformanceRequest["imageOf"] {
  const named = given.map(text => {
    const [, version, image = text] = /^(\d{4})=(.+)$/.exec(text) ?? [];
    const isKnown = version === undefined || VERSION_NAMES.some(name => name === version);
    if (isKnown && image !== "") return { version, image };
    throw usage(
      `--image ${text} is not an image for Windows Server ${VERSION_NAMES.join(", ")}`,
      "It must be IMAGE for all versions, or VERSION=IMAGE such as 2022=registry.example/core:1.",
    );
  });
  return version =>
    named.find(each => each.version === version)?.image ??
    named.find(each => each.version === undefined)?.image ??
    `${SERVER_CORE}${version}`;
}

function required(value: string | undefined, option: string): string {
  if (value !== undefined && value !== "") return value;
  throw usage(`required option '${option}' not specified`, "See `gmsa conformance --help`.");
}

function usage(message: string, remedy: string): Failure {
  return new Failure(message, remedy, EXIT.usage);
}
