import type { Command } from "commander";

import type { CheckedPair } from "../../certificates/read";
import { kubeConfigOf } from "../../options/cluster-options";
import { EXIT, Failure } from "../../terminal/failure";
import type { Terminal } from "../../terminal/terminal";
import { addWaitOptions } from "./renew";
import type { WaitOptions } from "./rotation";

const HELP = `
The key pair is checked in the way of an API server: the key fits, the certificate is valid now and for
the name pepr-gmsa.pepr-system.svc, and its chain leads to the CA. Then its CA is trusted beside the
previous one, and the replicas serve the key pair without a restart and without a failed admission. Only you
can renew it; gmsa certs status shows how many days are left.

Examples:
  # Serve a certificate of your own PKI; tls.crt holds the certificate and its intermediates
  gmsa certs use --cert tls.crt --key tls.key --ca ca.crt

  # Have pepr-gmsa-certificates create and renew the certificate again
  gmsa certs use --own

  # The same without this tool, and unchecked
  kubectl -n pepr-system create secret generic pepr-gmsa-tls --dry-run=client -o yaml \\
    --from-file=tls.crt --from-file=tls.key --from-file=ca.crt | kubectl replace -f -
  kubectl -n pepr-system annotate secret pepr-gmsa-tls --overwrite \\
    gmsa.pepr.dev/made-by=pepr-gmsa-certificates gmsa.pepr.dev/renew="$(date)"

Needs to get both Secrets, to get and patch both webhook configurations, and to patch Secret
pepr-gmsa-tls.

Exit codes: 0 done, 1 refused or not done (within the time), 2 wrong usage.`;

interface Options extends WaitOptions {
  cert?: string;
  key?: string;
  ca?: string;
  own?: boolean;
}

/** Adds `gmsa certs use`. */
export function addUse(certs: Command, terminal: Terminal): void {
  const command = certs
    .command("use")
    .description("use your own certificate, or return to automatic certificates")
    .option("--cert <file>", "certificate and its intermediates, PEM")
    .option("--key <file>", "private key, PEM, without a pass phrase")
    .option("--ca <file>", "CA, PEM (default: the root at the end of --cert)")
    .option("--own", "have pepr-gmsa-certificates create and renew the certificate")
    .addHelpText("after", HELP);
  addWaitOptions(command).action(async (options: Options) => {
    const given = await pairOf(options);
    const [{ KubeCertificates }, { refuseCertManagers }, { follow, rotate }, { sourceOf }] =
      await Promise.all([
        import("../../certificates/kube-certificates"),
        import("./ownership"),
        import("./rotation"),
        import("../../certificates/model"),
      ]);
    const cluster = await KubeCertificates.connect(await kubeConfigOf(command));
    const observation = await cluster.observe();
    refuseCertManagers(observation);
    if (given !== undefined) {
      const { pair, ended, near } = given;
      for (const { subject, validTo } of ended) {
        const end = new Date(validTo).toISOString();
        terminal.say(
          `warning: left out of the CAs, because it expired at ${end}: ${subject.replaceAll("\n", ", ")}`,
        );
      }
      if (near !== undefined) {
        terminal.say(`warning: the certificate expires in ${near}, and only you can renew it`);
      }
      await cluster.give(pair);
      terminal.print(`secret/${cluster.secretName}: holds your certificate`);
      if (options.wait) await follow(pair.certificate, cluster, { ...options, terminal });
    } else if (sourceOf(observation) === "keeper") {
      terminal.print("Nothing to do: pepr-gmsa-certificates creates and renews the certificate.");
    } else {
      await rotate(cluster, { ...options, terminal, ask: "takeBack" });
    }
  });
}

/** Reads and checks the pair that the options name. Undefined for `--own`. */
async function pairOf({ cert, key, ca, own }: Options): Promise<CheckedPair | undefined> {
  const named = [cert, key, ca].filter(file => file !== undefined);
  if (own === true && named.length === 0) return undefined;
  if (own === true || cert === undefined || key === undefined) {
    throw new Failure(
      "give either --cert and --key (and --ca), or --own",
      "See `gmsa certs use --help`.",
      EXIT.usage,
    );
  }
  const [certificate, privateKey, authority] = await Promise.all([
    read(cert),
    read(key),
    ca === undefined ? "" : read(ca),
  ]);
  const { checkedPair } = await import("../../certificates/read");
  return checkedPair({ certificate, key: privateKey, ca: authority }, new Date());
}

async function read(file: string): Promise<string> {
  // Imported here, because every command loads this file.
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "no such file" : message;
    throw new Failure(`${file} cannot be read: ${why}`);
  }
}
