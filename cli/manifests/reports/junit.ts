/** Pure: results as JUnit XML for CI systems. */
import XMLBuilder from "fast-xml-builder";

export interface JUnitCase {
  name: string;
  classname: string;
  file: string;
  /** Duration. Absent if nothing was run. */
  seconds?: number;
  /** A note on a case that passed. */
  note?: string;
  /** Why it was not run. Absent if it was. */
  skipped?: string;
  /** Undefined if it passed. */
  failure: { type: string; message: string; text: string } | undefined;
}

export interface JUnitSuite {
  name: string;
  cases: JUnitCase[];
}

/** Characters that XML 1.0 cannot represent: https://www.w3.org/TR/xml/#charsets */
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** The format that Jenkins, GitLab and GitHub's reporters read. */
export function junitXml(name: string, suites: readonly JUnitSuite[]): string {
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    format: true,
    suppressEmptyNode: true,
  });
  const all = suites.flatMap(({ cases }) => cases);
  return builder
    .build({
      "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
      testsuites: {
        "@name": name,
        ...countsOf(all),
        testsuite: suites.map(suite => ({
          "@name": clean(suite.name),
          ...countsOf(suite.cases),
          testcase: suite.cases.map(caseElement),
        })),
      },
    })
    .trimEnd();
}

function caseElement({ failure, skipped, ...of }: JUnitCase): object {
  return {
    ...attributesOf(of),
    ...(skipped === undefined ? {} : { skipped: { "@message": clean(skipped) } }),
    ...(failure === undefined
      ? {}
      : {
          failure: {
            "@type": clean(failure.type),
            "@message": clean(failure.message),
            "#text": clean(failure.text),
          },
        }),
  };
}

function attributesOf({
  name,
  classname,
  file,
  seconds,
  note,
}: Omit<JUnitCase, "failure" | "skipped">): object {
  return {
    "@name": clean(name),
    "@classname": clean(classname),
    "@file": clean(file),
    ...timeOf(seconds),
    ...(note === undefined ? {} : { "system-out": clean(note) }),
  };
}

function countsOf(cases: readonly JUnitCase[]): object {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const skipped = cases.filter(each => each.skipped !== undefined).length;
  const times = cases.flatMap(({ seconds }) => seconds ?? []);
  const sum = times.reduce((total, seconds) => total + seconds, 0);
  const time = timeOf(times.length === 0 ? undefined : sum);
  return {
    "@tests": cases.length,
    "@failures": failures,
    "@errors": 0,
    ...(skipped === 0 ? {} : { "@skipped": skipped }),
    ...time,
  };
}

function timeOf(seconds: number | undefined): object {
  return seconds === undefined ? {} : { "@time": seconds.toFixed(3) };
}

function clean(text: string): string {
  return text.replace(NOT_XML, "\ufffd");
}
