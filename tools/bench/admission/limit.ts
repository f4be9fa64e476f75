/**
 * The limit: two webhooks in Go that take the place of the module's. They make no calls of their
 * own and answer at once.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as z from "zod";

import { limitKnowledge } from "../cases";

/** Every refusal of these webhooks begins with this text, so the bench recognises them. */
export const LIMIT_REFUSAL = "the limit:";
/**
 * Not the module's name: the certificate controller writes its CA into the module's configurations.
 */
const NAME = "gmsa-bench-limit";

const started = z.object({ url: z.string(), ca: z.string() });
type Started = z.infer<typeof started>;

/** Admission objects as the cluster returns them; only the fields that change here. */
export interface AdmissionObjects {
  apiVersion: string;
  kind: string;
  items: AdmissionObject[];
}

interface AdmissionObject {
  kind: string;
  metadata: { name: string };
  webhooks?: { clientConfig: object }[];
}

/** The running pair of webhooks. */
export class Limit {
  private constructor(
    private readonly child: ChildProcess,
    private readonly served: Started,
  ) {}

  /** @param dir folder for the program's input file. */
  static async start(program: string, dir: string): Promise<Limit> {
    const file = join(dir, "limit.json");
    writeFileSync(file, JSON.stringify(limitKnowledge()));
    // The program ends when its standard input closes, so it ends with this process in any case.
    const child = spawn(program, [file], { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = (await Promise.race([
      once(createInterface(child.stdout), "line"),
      once(child, "exit").then(([code]) => {
        throw new Error(`the limit ended with exit code ${String(code)}`);
      }),
    ])) as [string];
    return new Limit(child, started.parse(JSON.parse(line)));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** The module's admission objects, with its webhooks replaced by this pair. */
  inPlaceOf(objects: AdmissionObjects): AdmissionObjects {
    const { url, ca } = this.served;
    const caBundle = Buffer.from(ca).toString("base64");
    const items = objects.items.map(item => {
      if (item.webhooks === undefined) return item;
      const path = item.kind === "MutatingWebhookConfiguration" ? "mutate" : "validate";
      const clientConfig = { url: `${url}/${path}`, caBundle };
      return {
        ...item,
        metadata: { ...item.metadata, name: NAME },
        webhooks: item.webhooks.map(webhook => ({ ...webhook, clientConfig })),
      };
    });
    return { ...objects, items };
  }

  stop(): void {
    this.child.stdin?.end();
  }
}
