import { junitXml } from "../../../../../cli/manifests/reports/junit";

test("JUnit XML contains texts of users escaped, without characters that XML does not allow", () => {
  const failure = {
    type: "not as expected",
    message: `a "b" <c> & 'd'`,
    text: "line 1\nline <2> ]]> & \u0000\u001b[31m\ud800 ü 😀\u2028",
  };
  const one = { name: "n", classname: "s", file: "f.yaml", failure: undefined };
  const xml = junitXml("gmsa test", [
    { name: "s & t", cases: [one, { ...one, name: "2", failure }] },
    { name: "empty", cases: [] },
  ]);
  expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="gmsa test" tests="2" failures="1" errors="0">
  <testsuite name="s &amp; t" tests="2" failures="1" errors="0">
    <testcase name="n" classname="s" file="f.yaml"/>
    <testcase name="2" classname="s" file="f.yaml">
      <failure type="not as expected" message="a &quot;b&quot; &lt;c&gt; &amp; &apos;d&apos;">line 1
line &lt;2&gt; ]]&gt; &amp; \ufffd\ufffd[31m\ufffd ü 😀\u2028</failure>
    </testcase>
  </testsuite>
  <testsuite name="empty" tests="0" failures="0" errors="0"/>
</testsuites>`);
});
