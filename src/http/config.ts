/**
 * The settings of this deployment, read from the Worker's variables once per environment. The table
 * of them is `core/config.ts`.
 */
import { readConfig, type Config } from "../core/config.ts";
import type { Result } from "../core/result.ts";

const READ = new WeakMap<object, Result<Config, string>>();

export function deploymentConfig(env: object): Result<Config, string> {
  const known = READ.get(env);
  if (known !== undefined) {
    return known;
  }
  const config = readConfig(env);
  if (!config.ok) {
    console.error(`misconfigured: ${config.error}`);
  }
  READ.set(env, config);
  return config;
}
