/**
 * Account addresses and the one account that may go below zero without bound. Grammar: contract
 * §2.1.
 */
export const WORLD = "world";

const ADDRESS = /^[a-zA-Z0-9_-]+(?::[a-zA-Z0-9_-]+)*$/;

export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}
