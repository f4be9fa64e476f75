/** What mends an installation that is not as it was shipped. */
export const APPLY_AGAIN =
  "Apply the installation again: kubectl apply -k . in the checkout (docs/install.md), or helm upgrade (docs/helm.md).";
