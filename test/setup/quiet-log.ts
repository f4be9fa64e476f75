/** Pepr logs each step of each request at level info; a test's output is its results. */
process.env.LOG_LEVEL ??= "warn";
