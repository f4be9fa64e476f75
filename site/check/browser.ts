/** Opens a built website in an installed Chromium. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium, type BrowserContext } from "playwright-core";

import { serve } from "./static-server";

/** A served website, and a browser that can reach it. */
export interface OpenSite {
  context: BrowserContext;
  /** Such as "http://127.0.0.1:8080", without a trailing slash. */
  origin: string;
  /** Stops the browser and the server. */
  close(): Promise<void>;
}

const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/**
 * Serves a folder, and starts a browser with its own profile.
 * @param program the path of Chromium
 */
export async function openSite(folder: string, program: string): Promise<OpenSite> {
  const profile = mkdtempSync(join(tmpdir(), "gmsa-chromium-"));
  const server = await serve(folder);
  const clean = async (): Promise<void> => {
    await server.stop();
    rmSync(profile, { recursive: true, force: true });
  };
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: program,
      headless: true,
      args: FLAGS,
      colorScheme: "light",
    });
    const close = async (): Promise<void> => {
      await context.close();
      await clean();
    };
    return { context, origin: server.origin, close };
  } catch (error) {
    await clean();
    throw error;
  }
}
