/**
 * The parent's end of the load generator's process: jobs go in, results come out, one at a time.
 */
import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../config.ts";
import type { Done, Job, Report } from "./load.ts";

export class Generator {
  readonly #process: ChildProcess;

  constructor() {
    this.#process = fork(join(ROOT, "scripts/bench/load.ts"));
  }

  run(job: Job): Promise<Done> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error("the load generator ended early"));
      this.#process.once("exit", ended);
      this.#process.once("error", reject);
      this.#process.once("message", (report: Report) => {
        this.#process.off("exit", ended);
        this.#process.off("error", reject);
        if ("done" in report) {
          resolve(report.done);
        } else {
          reject(new Error(report.failed));
        }
      });
      this.#process.send(job);
    });
  }

  stop(): void {
    this.#process.disconnect();
  }
}
