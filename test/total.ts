/** Prints the total of several runs of `npm test`: the last line of .ci/run. */
import { describeCounts, isSuccess, readCounts, sum } from "./counts";

const total = sum(process.argv.slice(2).flatMap(readCounts));
console.log(`\n${describeCounts(total)}`);
process.exitCode = isSuccess(total) ? 0 : 1;
