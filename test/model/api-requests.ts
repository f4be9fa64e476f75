/** Random Pods in the form in which they reach an API server: as JSON text. */
import * as fc from "fast-check";

import { chooser, contentsFor, strangeText, writeAs } from "./arbitraries";
import type { Json, ModelCluster } from "./gmsa-model";

/**
 * Maximum characters of contents: WHOLE for valid Pods, because an API server accepts 64 KiB, and
 * MOST for all others.
 */
const WHOLE = 60_000;
const MOST = 100_000;
const DECOY = '{"windowsOptions":{"gmsaCredentialSpecName":"decoy","gmsaCredentialSpec":"{}"}}';

/** Whether a Pod is valid for an API server apart from its GMSA settings. */
const whole = fc.nat(4).map(odds => odds > 0);

function named(names: readonly string[], isWhole: boolean): fc.Arbitrary<Json | undefined> {
  const usual = fc.constantFrom<Json | undefined>(...names, ...names, undefined);
  return isWhole
    ? usual
    : fc.oneof(
        usual,
        strangeText,
        fc.constantFrom<Json>(null, "", 5, true, "WebApp1", "..", "a b"),
      );
}

/** Not "": Mutate fills it in before the API server, which rejects empty text, validates the Pod. */
function contents(
  name: Json | undefined,
  cluster: ModelCluster,
  isWhole: boolean,
): fc.Arbitrary<Json | undefined> {
  const stored = typeof name === "string" ? cluster.credspecs.get(name) : undefined;
  const fitting = contentsFor(stored).filter(
    value => value !== "" && JSON.stringify(value ?? null).length < (isWhole ? WHOLE : MOST),
  );
  return isWhole ? fitting : fc.oneof(fitting, fc.constantFrom<Json>(5, [], {}));
}

function withSettings(cluster: ModelCluster, isWhole: boolean): fc.Arbitrary<Record<string, Json>> {
  const settings = named([...cluster.credspecs.keys(), "absent"], isWhole).chain(name =>
    contents(name, cluster, isWhole).map(text => ({
      securityContext: {
        windowsOptions: {
          ...(name === undefined ? {} : { gmsaCredentialSpecName: name }),
          ...(text === undefined ? {} : { gmsaCredentialSpec: text }),
        },
      },
    })),
  );
  return fc.oneof(
    { weight: 6, arbitrary: settings },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Record<string, Json>>(
        {},
        { securityContext: null },
        { securityContext: { windowsOptions: null } },
      ),
    },
  );
}

function containersOf(
  prefix: string,
  context: fc.Arbitrary<Record<string, Json>>,
  minLength: number,
): fc.Arbitrary<Json[]> {
  return fc
    .array(context, { minLength, maxLength: 3 })
    .map(holders =>
      holders.map((holder, index) => ({ name: `${prefix}${index}`, image: "i", ...holder })),
    );
}

/** JSON texts of this value, and some near misses: with a duplicate key, or with much else. */
function textOf(value: Json): fc.Arbitrary<string> {
  const plain = JSON.stringify(value);
  const spelled = fc
    .tuple(fc.array(fc.nat(59), { maxLength: 40 }), fc.boolean())
    .map(([choices, twice]) => writeAs(plain, chooser(choices), twice));
  const decoyed = fc.constantFrom(
    plain.replaceAll('"securityContext":', `"securityContext":${DECOY},"securityContext":`),
    plain.replaceAll(
      '"gmsaCredentialSpecName":',
      '"gmsaCredentialSpecName":"decoy","gmsaCredentialSpecName":',
    ),
    plain.replaceAll('"windowsOptions":{', '"windowsOptions":{"GmsaCredentialSpecName":"decoy",'),
    plain.replaceAll('"windowsOptions":{', '"windowsOptions":{},"windowsOptions":{'),
  );
  const nested = fc
    .integer({ min: 1, max: 12_000 })
    .map(depth => plain.replace("{", `{"unknown":${"[".repeat(depth)}${"]".repeat(depth)},`));
  return fc.oneof(
    { weight: 4, arbitrary: spelled },
    { weight: 3, arbitrary: decoyed },
    { weight: 1, arbitrary: nested },
  );
}

/** Body of a request that creates a Pod. */
export function podText(cluster: ModelCluster): fc.Arbitrary<string> {
  return whole.chain(isWhole => {
    const context = withSettings(cluster, isWhole);
    return fc
      .record({
        security: context,
        containers: containersOf("c", context, isWhole ? 1 : 0),
        initContainers: containersOf("i", context, 0),
      })
      .map(({ security, ...lists }) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "p" },
        spec: { serviceAccountName: cluster.account, ...security, ...lists },
      }))
      .chain(textOf);
  });
}

/** Body of a merge patch that adds ephemeral containers to a Pod. */
export function ephemeralText(cluster: ModelCluster): fc.Arbitrary<string> {
  return whole.chain(isWhole =>
    containersOf("e", withSettings(cluster, isWhole), 1)
      .map(ephemeralContainers => ({ spec: { ephemeralContainers } }))
      .chain(textOf),
  );
}
