import { Console } from "node:console";

/** Pepr logs each step of each request at level info, which would bury the test results. */
process.env.LOG_LEVEL ??= "warn";

/** Jest would buffer logs until the end of the file, and print a stack trace with each line. */
globalThis.console = new Console(process.stderr);
