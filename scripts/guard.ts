/**
 * Ends the runtime when this process dies without a chance to do so itself (kill -9): a small shell
 * holds the other end of a pipe and kills the runtime once the pipe closes. Without it the runtime
 * would go on listening, and the next start would find the port taken.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";

const SCRIPT = 'cat >/dev/null; kill -9 "$1" 2>/dev/null';

let guarding = false;

/** Guards every workerd this process starts from now on. */
export function guardRuntimes(): void {
  if (guarding || process.platform === "win32") {
    return;
  }
  guarding = true;
  subscribe("child_process", (message) => {
    const child = (message as { process: ChildProcess }).process;
    child.once("spawn", () => {
      if (child.spawnfile.includes("workerd")) {
        guard(child);
      }
    });
  });
}

function guard(runtime: ChildProcess): void {
  const shell = spawn("sh", ["-c", SCRIPT, "guard", String(runtime.pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  shell.once("error", () => undefined); // No shell, no guard: the server works all the same.
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  runtime.once("exit", () => shell.kill("SIGKILL"));
}
