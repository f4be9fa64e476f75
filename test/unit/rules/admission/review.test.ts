import { sentence } from "../../../../rules/problem";
import { podWarnings } from "../../../../rules/admission/warnings";
import { describePlace, gmsaPlacesOf } from "../../../../rules/pod/windows-options";
import type { PodLike } from "../../../../rules/pod/windows-options";
import { admissionCases } from "../../../fixtures/admission-case";
import { admitCase } from "../../../support/fixture-cluster";

const cases = admissionCases("team-a");

describe("admission, case by case", () => {
  test("there are cases", () => {
    expect(cases.length).toBeGreaterThan(100);
  });

  test.each(cases)("$title", async fixture => {
    const { contents, denials, warnings } = fixture;

    const { review, denials: found } = await admitCase(fixture);

    expect(found.map(sentence)).toEqual(denials);
    // A refused Pod has no resulting contents.
    expect(denials.length === 0 ? contentsByPlace(review.pod) : contents).toEqual(contents);
    expect(podWarnings(review)).toEqual(warnings);
  });
});

function contentsByPlace(pod: PodLike): Record<string, string> {
  return Object.fromEntries(
    gmsaPlacesOf(pod)
      .filter(({ contents }) => contents !== "")
      .map(place => [place.kind === "pod" ? "pod" : describePlace(place), place.contents]),
  );
}
