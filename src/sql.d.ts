/**
 * Migrations are bundled as text: wrangler, the tests' plugin and the scripts' bundler all agree on
 * it.
 */
declare module "*.sql" {
  const text: string;
  export default text;
}
