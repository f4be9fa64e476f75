/** The shipped NetworkPolicies, enforced by kube-router: which connections they allow and block. */
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { components } from "../../testbed/manifests/overlay";
import { Rendering, render } from "../../testbed/manifests/rendering";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { describeWithPolicies } from "../setup/policy-stage";
import { PolicyBed, portOf, type Reach } from "./policy-bed";
import { cause, NAME } from "../support/refusals";

const NAMESPACE = "gmsa-policies";
const CREDSPEC = "under-policies";

const WEBHOOK = "pepr-gmsa";
const CERTIFICATES = "pepr-gmsa-certificates";
const CANARY = "pepr-gmsa-canary";
/** The webhook, by Pod address and by Service as the API server calls it. */
const WEBHOOK_CALLS = [`${WEBHOOK}:10250`, "Service pepr-gmsa"];
const OURS = [WEBHOOK, CERTIFICATES, CANARY];

/** All of our Pods may connect to these. */
const API_SERVER = ["the API server", "Service kubernetes", "neighbour:443", "neighbour:6443"];

describeWithPolicies("the shipped NetworkPolicies, enforced", () => {
  let policies: PolicyBed;
  /** The connections that work with all policies in place. */
  let shipped: Reach;

  beforeAll(async () => {
    // The only component with Pods of its own, which the first test verifies.
    policies = await PolicyBed.start(["canary"]);
    const endpoints = policies.endpointsFor("outside of the cluster");
    const open = OURS.map(name => `${name}:${portOf(name)}`);
    const others = endpoints.filter(name => !name.startsWith(WEBHOOK));
    const inOrder = (names: string[]): string[] => endpoints.filter(name => names.includes(name));
    shipped = {
      [WEBHOOK]: inOrder(API_SERVER),
      [CERTIFICATES]: inOrder([...API_SERVER, ...WEBHOOK_CALLS]),
      [CANARY]: inOrder(API_SERVER),
      stranger: inOrder([...open, ...others]),
      "outside of the cluster": inOrder([...open, ...others]),
      // NetworkPolicies do not apply between a Pod and its node.
      "their node": endpoints,
    };
  }, 300_000);

  afterAll(() => policies.bed.stop());

  /** The shipped connections, without these endpoints for these networks. */
  function without(names: readonly string[], froms: readonly string[]): Reach {
    const entries = froms.map(from => [
      from,
      (shipped[from] ?? []).filter(name => !names.includes(name)),
    ]);
    return { ...shipped, ...(Object.fromEntries(entries) as Reach) };
  }

  test("are tried with every Deployment that any component has", async () => {
    const all = new Rendering(await render(components)).all("Deployment");
    expect(all.map(({ metadata }) => metadata?.name).sort()).toEqual([...OURS].sort());
  });

  test("let our Pods reach ports 443 and 6443 of any address, the certificate controller the webhook too, and nothing else", async () => {
    const found = await policies.reach(shipped);
    for (const from of OURS) expect([from, found[from]]).toEqual([from, shipped[from]]);
  });

  test("let everybody reach the ports of our Pods, and no other port", async () => {
    expect(await policies.reach(shipped)).toEqual(shipped);
  });

  describe("taken away", () => {
    afterEach(() => policies.applyPolicies());

    test("all of them: everything is reached", async () => {
      const open = Object.fromEntries(
        Object.keys(shipped).map(from => [from, policies.endpointsFor(from)]),
      );
      await policies.removePolicies(["--all"]);
      expect(await policies.reach(open)).toEqual(open);
    });

    test("gmsa-webhook: only its node reaches the webhook", async () => {
      const expected = without(WEBHOOK_CALLS, [CERTIFICATES, "stranger", "outside of the cluster"]);
      await policies.removePolicies(["gmsa-webhook"]);
      expect(await policies.reach(expected)).toEqual(expected);
    });

    test("gmsa-certificates: its controller does not reach the webhook, and is not reached", async () => {
      const expected = {
        ...without([`${CERTIFICATES}:3000`], ["stranger", "outside of the cluster"]),
        [CERTIFICATES]: shipped[CANARY] ?? [],
      };
      await policies.removePolicies(["gmsa-certificates"]);
      expect(await policies.reach(expected)).toEqual(expected);
    });

    test("gmsa-canary: it is not reached", async () => {
      const expected = without([`${CANARY}:3000`], ["stranger", "outside of the cluster"]);
      await policies.removePolicies(["gmsa-canary"]);
      expect(await policies.reach(expected)).toEqual(expected);
    });

    test("gmsa-api-server: the certificate controller reaches the webhook alone, the others everything that lets them", async () => {
      const asStranger = (from: string): string[] =>
        policies.endpointsFor(from).filter(name => shipped.stranger?.includes(name));
      const expected = {
        ...shipped,
        [WEBHOOK]: asStranger(WEBHOOK),
        [CERTIFICATES]: WEBHOOK_CALLS,
        [CANARY]: asStranger(CANARY),
      };
      await policies.removePolicies(["gmsa-api-server"]);
      expect(await policies.reach(expected)).toEqual(expected);
    });
  });

  test("do not keep GMSA Pods from being admitted, filled in and refused", async () => {
    const objects = new Objects(policies.bed.kubeConfig);
    await policies.bed.createNamespace(NAMESPACE);
    await objects.createCredspec(CREDSPEC, validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: NAMESPACE,
      credspecs: [CREDSPEC],
    });

    const granted = podOf(NAMESPACE, "granted", { serviceAccount: "web", credspec: CREDSPEC });
    const outcome = await eventually(
      () => objects.createPod(granted, { dryRun: true }),
      ({ admitted }) => admitted,
    );
    const windowsOptions = { gmsaCredentialSpec: validContents() };
    expect(outcome).toMatchObject({ pod: { spec: { securityContext: { windowsOptions } } } });
    expect(
      await objects.createPod(podOf(NAMESPACE, "no-grant", { credspec: CREDSPEC })),
    ).toMatchObject({
      admitted: false,
      causes: [cause("NotAuthorized", `spec.${NAME}`, "default", CREDSPEC)],
    });
  });
});
