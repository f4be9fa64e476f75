import { History } from "../../../../../tools/bench/scale/history";
import type { Outcome } from "../../../../../tools/bench/scale/outcome";
import type { CredspecState } from "../../../../../tools/bench/scale/population";
import { Timeline } from "../../../../../tools/bench/scale/timeline";
import {
  judge,
  type Answer,
  type Truth,
  type Verdict,
} from "../../../../../tools/bench/scale/verdict";
import { judgeAll } from "../../../../../tools/bench/scale/verdicts";

const TOLERANCE = 1000;
/** When the Pod was sent and answered. */
const SENT = 100_000;
const ANSWERED = 100_050;
const NOT_AUTHORIZED: Outcome = { kind: "refused", reason: "not authorized" };
const NO_SUCH_CREDSPEC: Outcome = { kind: "refused", reason: "no such credspec" };
const OVERTAKEN: Outcome = { kind: "refused", reason: "overtaken" };

/** A change: when it was sent and seen, in milliseconds before the Pod was sent. */
interface Change<State> {
  to: State;
  sent: number;
  seen: number;
}

function timeline<State>(first: State, changes: readonly Change<State>[]): Timeline<State> {
  const result = new Timeline(first);
  for (const { to, sent, seen } of changes) {
    result.change(to, { start: SENT - sent, end: SENT - seen });
  }
  return result;
}

function truth(changes: {
  granted?: readonly Change<boolean>[];
  contents?: readonly Change<CredspecState>[];
}): Truth {
  return {
    granted: timeline(true, changes.granted ?? []),
    contents: timeline<CredspecState>(1, changes.contents ?? []),
  };
}

function admitted(version: number | undefined): Outcome {
  return { kind: "admitted", version };
}

function verdictOn(outcome: Outcome, held: Truth): Verdict {
  const answer: Answer = { credspec: 0, account: 0, start: SENT, end: ANSWERED, outcome };
  return judge(answer, held, TOLERANCE);
}

describe("grants", () => {
  const revoked = (sent: number, seen: number): Truth =>
    truth({ granted: [{ to: false, sent, seen }] });
  const grantedAgain = (sent: number, seen: number): Truth =>
    truth({
      granted: [
        { to: false, sent: 60_000, seen: 59_990 },
        { to: true, sent, seen },
      ],
    });

  it("must be there when a Pod is admitted", () => {
    expect(verdictOn(admitted(1), truth({}))).toEqual({ kind: "right", age: 0 });
  });

  it("revoked five seconds ago: admitted is wrong, refused is right", () => {
    const why = "had no grant for 5000 ms";
    expect(verdictOn(admitted(1), revoked(5010, 5000))).toEqual({ kind: "wrong", why });
    expect(verdictOn(NOT_AUTHORIZED, revoked(5010, 5000))).toEqual({ kind: "right", age: 0 });
  });

  it("revoked just more than a second ago: admitted is wrong", () => {
    expect(verdictOn(admitted(1), revoked(1010, 1001)).kind).toBe("wrong");
  });

  it("revoked within the last second: admitted is right, with its age", () => {
    expect(verdictOn(admitted(1), revoked(810, 800))).toEqual({ kind: "right", age: 800 });
  });

  it("revoked two seconds ago, and not seen by the API server until 0.9 s ago: both are right", () => {
    expect(verdictOn(admitted(1), revoked(2000, 900))).toEqual({ kind: "right", age: 900 });
    expect(verdictOn(NOT_AUTHORIZED, revoked(2000, 900))).toEqual({ kind: "right", age: 0 });
  });

  it("revoked while the Pod is under way: both are right", () => {
    expect(verdictOn(admitted(1), revoked(-10, -20))).toEqual({ kind: "right", age: 0 });
    expect(verdictOn(NOT_AUTHORIZED, revoked(-10, -20))).toEqual({ kind: "right", age: 0 });
  });

  it("revoked after the answer: refused is wrong", () => {
    const why = "was granted at any time";
    expect(verdictOn(NOT_AUTHORIZED, revoked(-60, -70))).toEqual({ kind: "wrong", why });
  });

  it("granted five seconds ago: refused is wrong", () => {
    const why = "was granted for 5000 ms";
    expect(verdictOn(NOT_AUTHORIZED, grantedAgain(5010, 5000))).toEqual({ kind: "wrong", why });
    expect(verdictOn(admitted(1), grantedAgain(5010, 5000))).toEqual({ kind: "right", age: 0 });
  });

  it("never given to an account: admitted is wrong at any time", () => {
    const held = { ...truth({}), granted: new Timeline(false) };
    const why = "had no grant at any time";
    expect(verdictOn(admitted(1), held)).toEqual({ kind: "wrong", why });
  });
});

describe("contents", () => {
  const updated = (sent: number, seen: number): Truth =>
    truth({ contents: [{ to: 2, sent, seen }] });
  const deleted = (sent: number, seen: number): Truth =>
    truth({ contents: [{ to: "absent", sent, seen }] });

  it("of the version before, just more than a second after the change, are wrong", () => {
    const why = "had other contents than version 1 for 1001 ms";
    expect(verdictOn(admitted(1), updated(1010, 1001))).toEqual({ kind: "wrong", why });
    expect(verdictOn(admitted(2), updated(1010, 1001))).toEqual({ kind: "right", age: 0 });
  });

  it("of the version before, within a second, are right", () => {
    expect(verdictOn(admitted(1), updated(910, 900))).toEqual({ kind: "right", age: 900 });
  });

  it("of a version that was not there yet are wrong", () => {
    expect(verdictOn(admitted(2), updated(-60, -70)).kind).toBe("wrong");
    expect(verdictOn(admitted(3), updated(910, 900)).kind).toBe("wrong");
  });

  it("of no version are wrong", () => {
    expect(verdictOn(admitted(undefined), truth({}))).toEqual({
      kind: "wrong",
      why: "admitted with contents of no version",
    });
  });

  it("of a credential spec deleted two seconds ago are wrong, and its absence is right", () => {
    expect(verdictOn(admitted(1), deleted(2010, 2000)).kind).toBe("wrong");
    expect(verdictOn(NO_SUCH_CREDSPEC, deleted(2010, 2000))).toEqual({ kind: "right", age: 0 });
  });

  it("reported as absent are wrong while the credential spec is there", () => {
    expect(verdictOn(NO_SUCH_CREDSPEC, truth({})).kind).toBe("wrong");
    const madeAgain = truth({
      contents: [
        { to: "absent", sent: 9010, seen: 9000 },
        { to: 2, sent: 2010, seen: 2000 },
      ],
    });
    expect(verdictOn(NO_SUCH_CREDSPEC, madeAgain).kind).toBe("wrong");
  });

  it("that are right do not make up for a grant that is missing", () => {
    const held = truth({
      granted: [{ to: false, sent: 3010, seen: 3000 }],
      contents: [{ to: 2, sent: 510, seen: 500 }],
    });
    expect(verdictOn(admitted(1), held).kind).toBe("wrong");
    expect(verdictOn(admitted(2), held).kind).toBe("wrong");
  });

  it("and grant may each be old: the older of them counts", () => {
    const held = truth({
      granted: [{ to: false, sent: 310, seen: 300 }],
      contents: [{ to: 2, sent: 710, seen: 700 }],
    });
    expect(verdictOn(admitted(1), held)).toEqual({ kind: "right", age: 700 });
  });
});

describe("refusals for a change between Mutate and Validate", () => {
  it("are distinguished where the credential spec changed within the last second", () => {
    const held = truth({ contents: [{ to: 2, sent: 510, seen: 500 }] });
    expect(verdictOn(OVERTAKEN, held)).toEqual({ kind: "overtaken" });
  });

  it("or where the account was granted its use", () => {
    const held = truth({
      granted: [
        { to: false, sent: 60_000, seen: 59_990 },
        { to: true, sent: 510, seen: 500 },
      ],
    });
    expect(verdictOn(OVERTAKEN, held)).toEqual({ kind: "overtaken" });
  });

  it("are wrong where neither changed", () => {
    const held = truth({
      granted: [{ to: true, sent: 3010, seen: 3000 }],
      contents: [{ to: 2, sent: 3010, seen: 3000 }],
    });
    expect(verdictOn(OVERTAKEN, held).kind).toBe("wrong");
    expect(verdictOn(OVERTAKEN, truth({})).kind).toBe("wrong");
  });
});

describe("all answers together", () => {
  const population = { credspecs: 4, namespaces: 1, serviceAccounts: 2 };
  const answer = (credspec: number, account: number, outcome: Outcome): Answer => ({
    credspec,
    account,
    start: SENT,
    end: ANSWERED,
    outcome,
  });

  it("are counted, with the oldest and the wrong ones", () => {
    const history = new History(population);
    history.of(0).contents.change(2, { start: SENT - 310, end: SENT - 300 });
    history.of(1).granted.change(false, { start: SENT - 4010, end: SENT - 4000 });
    const answers = [
      answer(0, 0, admitted(1)),
      answer(0, 0, OVERTAKEN),
      answer(1, 1, admitted(1)),
      answer(2, 0, admitted(1)),
      answer(3, 1, { kind: "failed", why: "HTTP 500: no" }),
    ];
    expect(judgeAll(answers, history, TOLERANCE)).toEqual({
      right: 2,
      overtaken: 1,
      wrong: 1,
      failed: 1,
      nearChanges: 2,
      fromBefore: 1,
      oldest: 300,
      complaints: [
        "wrong: credential spec 1, account 1, admitted: had no grant for 4000 ms",
        "failed: credential spec 3, account 1, failed: HTTP 500: no",
      ],
    });
  });

  it("of accounts other than the credential spec's own have to be refused, even if its own is granted", () => {
    const verdicts = judgeAll(
      [answer(0, 1, admitted(1)), answer(0, 1, NOT_AUTHORIZED)],
      new History(population),
      TOLERANCE,
    );
    expect(verdicts).toMatchObject({ right: 1, wrong: 1 });
  });
});
