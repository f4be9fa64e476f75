import type { Observation } from "../../../../../certificates/installation";
import {
  refuseCertManagers,
  refuseUnlessKeepers,
} from "../../../../../cli/commands/certs/ownership";

interface Change {
  own?: boolean;
  injected?: boolean;
  certManagerName?: string;
}

/** An installation that needs no change, apart from the owner of the pair. */
function observation({ own = true, injected = false, certManagerName }: Change = {}): Observation {
  const pair = { certificate: "certificate", key: "key", ca: "ca", renew: "", renewed: "", own };
  return {
    pair: { ...pair, rotations: [], ...(certManagerName === undefined ? {} : { certManagerName }) },
    apiPath: "a".repeat(64),
    configurations: (["mutate", "validate"] as const).map(kind => ({
      ...{ kind, injected, elsewhere: [] },
      webhooks: [{ caBundle: "", path: `/${kind}/${"a".repeat(64)}` }],
    })),
  };
}

describe("a certificate of somebody else", () => {
  function failureOf(work: () => void): unknown {
    try {
      work();
    } catch (error) {
      return error;
    }
    return undefined;
  }

  test("is not renewed, and the message names who can renew it", () => {
    expect(() => {
      refuseUnlessKeepers(observation());
    }).not.toThrow();
    expect(() => {
      refuseUnlessKeepers(observation({ own: false }));
    }).toThrow("this certificate was supplied by a user, so gmsa cannot renew it");
    const refused = observation({ own: false, certManagerName: "gmsa" });
    expect(
      failureOf(() => {
        refuseUnlessKeepers(refused);
      }),
    ).toMatchObject({
      message: "cert-manager manages this certificate",
      remedy: "Run `cmctl renew -n pepr-system gmsa` to have cert-manager renew it.",
    });
  });

  test("is not replaced where cert-manager would replace it again", () => {
    expect(() => {
      refuseCertManagers(observation({ own: false }));
    }).not.toThrow();
    expect(() => {
      refuseCertManagers(observation({ injected: true }));
    }).toThrow("cert-manager manages this certificate, and would replace any other");
  });
});
