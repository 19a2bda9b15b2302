/**
 * Looks after the runtimes that this process starts. When it dies without a chance to end them
 * itself (kill -9), a small shell that holds the other end of a pipe does so once the pipe closes;
 * otherwise a runtime would go on listening and the next start would find the port taken. When it
 * is asked to stop, they finish what they have begun.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";

const SCRIPT = 'cat >/dev/null; kill -9 "$1" 2>/dev/null';

const running = new Set<ChildProcess>();
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
  running.add(runtime);
  runtime.once("exit", () => {
    running.delete(runtime);
    shell.kill("SIGKILL");
  });
}

/**
 * The guarded runtimes take no new connections, finish the requests they have begun, and end.
 * `done` is called in the very turn the last one ends in: miniflare takes that end for a crash, and
 * would start another in the next.
 */
export function drainRuntimes(done: () => void): void {
  for (const runtime of running) {
    runtime.once("exit", () => running.size === 0 && done());
    runtime.kill("SIGTERM");
  }
  if (running.size === 0) {
    done();
  }
}
