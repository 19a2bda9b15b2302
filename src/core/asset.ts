/**
 * Assets (`USD/2`): what is counted, and with how many decimals. Grammar: contract §2.1.
 */
const ASSET = /^[A-Z][A-Z0-9]{0,16}(?:_[A-Z]{1,16})?(?:\/\d{1,6})?$/;

export function isAsset(text: string): boolean {
  return ASSET.test(text);
}
