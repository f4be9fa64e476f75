import { Console } from "node:console";

/** Pepr logs each step of each request at level info; a test's output is its results. */
process.env.LOG_LEVEL ??= "warn";

/** Jest would keep what is logged until the file's end, and print it with a stack trace a line. */
globalThis.console = new Console(process.stderr);
