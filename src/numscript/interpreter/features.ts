/**
 * The interpreter's experimental features: each is refused until a flag switches it on, for all
 * scripts by the host or for one by the script itself.
 */
export const FEATURES = [
  "experimental-overdraft-function",
  "experimental-get-asset-function",
  "experimental-get-amount-function",
  "experimental-oneof",
  "experimental-account-interpolation",
  "experimental-mid-script-function-call",
  "experimental-asset-colors",
  "experimental-asset-scaling",
] as const;

export type Feature = (typeof FEATURES)[number];

export function isFeature(name: string): name is Feature {
  return FEATURES.some((feature) => feature === name);
}
