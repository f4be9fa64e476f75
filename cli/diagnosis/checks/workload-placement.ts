import { pluralize } from "../../../rules/text";
import { check, fail, pass, skip, unread, warn } from "../report/check";

/** Checks that Pods run on Windows nodes, because only these give a Pod its identity. */
export const placement = check({
  name: "placement",
  title: "the Pods of workloads run on Windows nodes",
  needs: ["workloads"],
  judge({ workloads: { workloads, unknown, unknownNodes } }) {
    const wrong = workloads.flatMap(({ kind, namespace, name, placement: problems }) =>
      problems.map(({ level, problem, remedy }) => {
        const message = `${kind}/${name} in ${namespace}: ${problem}`;
        return level === "error" ? fail(message, remedy) : warn(message, remedy);
      }),
    );
    const notKnown = [...unknown, ...unknownNodes].map(unread);
    if (wrong.length + notKnown.length > 0) return [...wrong, ...notKnown];
    return workloads.length === 0
      ? [skip("no workload uses GMSA yet")]
      : [pass(`nothing keeps the Pods of ${pluralize(workloads.length, "workload")} from Windows`)];
  },
});
