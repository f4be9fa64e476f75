/** What mends an installation that is not as it was shipped. */
export const APPLY =
  "Apply the installation: kubectl apply -k . in the checkout (docs/install.md), or helm upgrade (docs/helm.md).";
