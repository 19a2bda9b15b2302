/**
 * Exporters of the tenant, and which ledgers feed them. What a ledger's object has to hear (a new
 * pipeline, another destination, that a pipeline is gone) is marked first and told then, so that a
 * crash in between loses nothing. How far a pipeline has come is the business of that object.
 */
import { notFound, unavailable, validation, type LedgerError } from "../core/error.ts";
import { EXPORTERS_MAX, PIPELINES_MAX, PIPELINES_PER_LEDGER_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import { fromMillis } from "../core/timestamp.ts";
import type { Destination } from "./destination.ts";
import type { ExporterStore, StoredPipeline } from "./exporter-store.ts";
import type { Surroundings } from "./registry-ledgers.ts";
import type { ExporterRecord, NewExporter, PipelineKey } from "./registry-rpc.ts";
import type { RegistryStore } from "./registry-store.ts";

type Answer<T> = Result<T, LedgerError>;

export class RegistryExporters {
  readonly #store: ExporterStore;
  readonly #ledgers: RegistryStore;
  readonly #around: Surroundings;
  /** Pipelines whose creation is under way in this life of the object. */
  readonly #creations = new Set<string>();
  #telling: Promise<void> = Promise.resolve();

  constructor(store: ExporterStore, ledgers: RegistryStore, around: Surroundings) {
    this.#store = store;
    this.#ledgers = ledgers;
    this.#around = around;
  }

  // --- exporters ---

  list(): readonly ExporterRecord[] {
    return this.#store.exporters();
  }

  find(id: string): Answer<ExporterRecord> {
    const exporter = this.#store.exporter(id);
    return exporter === undefined ? err(exporterNotFound(id)) : ok(exporter);
  }

  create({ driver, config, destination }: NewExporter): Answer<ExporterRecord> {
    if (this.#store.exporters().length >= EXPORTERS_MAX) {
      return err(validation(`there are ${EXPORTERS_MAX} exporters, which is the limit`));
    }
    const createdAt = fromMillis(Date.now());
    const exporter = { id: crypto.randomUUID(), driver, config, createdAt };
    this.#store.insert(exporter, destination);
    this.#around.projectSoon();
    return ok(exporter);
  }

  /** Its pipelines go on with the new destination, from where they were, when this answers. */
  async update(id: string, exporter: NewExporter): Promise<Answer<void>> {
    if (this.#store.exporter(id) === undefined) {
      return err(exporterNotFound(id));
    }
    this.#store.update(id, exporter);
    this.#around.projectSoon();
    return this.#tell(({ exporterId }) => exporterId === id);
  }

  /** Its pipelines have ended when this answers. */
  async remove(id: string): Promise<Answer<void>> {
    if (this.#store.exporter(id) === undefined) {
      return err(exporterNotFound(id));
    }
    this.#store.remove(id);
    this.#around.projectSoon();
    return this.#tell(({ exporterId }) => exporterId === id);
  }

  // --- pipelines ---

  pipelines(): readonly PipelineKey[] {
    return this.#store.pipelines();
  }

  async createPipeline(ledgerName: string, exporterId: string): Promise<Answer<PipelineKey>> {
    const ledger = this.#ledgers.byName(ledgerName);
    if (ledger?.state !== "ready" || ledger.deletedAt !== undefined) {
      return err({ code: "LEDGER_NOT_FOUND", message: "not found" });
    }
    const known = this.#store.pipelineOf(ledger.id, exporterId);
    if (known !== undefined && this.#isAbandoned(known)) {
      return this.#complete(known.id);
    }
    const problem = this.#refusal(ledger.id, ledgerName, exporterId, known);
    if (problem !== undefined) {
      return err(problem);
    }
    const id = crypto.randomUUID();
    this.#store.insertPipeline(id, ledger.id, exporterId, fromMillis(Date.now()));
    return this.#complete(id);
  }

  /** A pipeline that a crash left half made belongs to whoever asks for it again. */
  #isAbandoned({ id, isTold, isLeaving }: StoredPipeline): boolean {
    return !isTold && !isLeaving && !this.#creations.has(id);
  }

  async #complete(id: string): Promise<Answer<PipelineKey>> {
    this.#creations.add(id);
    const told = await this.#tell((pipeline) => pipeline.id === id);
    this.#creations.delete(id);
    const made = this.#store.pipeline(id);
    return told.ok && made !== undefined ? ok(made) : err(OUT_OF_REACH);
  }

  #refusal(
    ledger: number,
    ledgerName: string,
    exporterId: string,
    known: StoredPipeline | undefined,
  ): LedgerError | undefined {
    if (known !== undefined) {
      return validation(`pipeline '${ledgerName}/${exporterId}' already exists`);
    }
    if (this.#store.exporter(exporterId) === undefined) {
      return validation(`exporter '${exporterId}' not found`);
    }
    const { ofLedger, all } = this.#store.countPipelines(ledger);
    if (ofLedger >= PIPELINES_PER_LEDGER_MAX) {
      return validation(`the ledger has ${ofLedger} pipelines, which is the limit`);
    }
    return all >= PIPELINES_MAX
      ? validation(`there are ${all} pipelines, which is the limit`)
      : undefined;
  }

  async removePipeline(ledgerName: string, id: string): Promise<Answer<void>> {
    const pipeline = this.#store.pipeline(id);
    if (pipeline === undefined || pipeline.isLeaving || pipeline.ledger !== ledgerName) {
      return err(notFound(`pipeline '${id}' not found`));
    }
    this.#store.markLeaving(id);
    return this.#tell((other) => other.id === id);
  }

  // --- telling ---

  /** Goes on with all that a crash, or an object out of reach, left half done. */
  async finish(): Promise<void> {
    await this.#tell(() => true);
  }

  /** Tells every object what it does not know yet; answers for the pipelines concerned. */
  async #tell(concerns: (pipeline: StoredPipeline) => boolean): Promise<Answer<void>> {
    this.#around.arm();
    // One round after the other, so that an object never hears of an older destination later.
    this.#telling = this.#telling.then(async () => {
      await Promise.all(this.#store.unfinished().map((pipeline) => this.#tellOne(pipeline)));
    });
    await this.#telling;
    return this.#store.unfinished().some(concerns) ? err(OUT_OF_REACH) : ok(undefined);
  }

  async #tellOne(pipeline: StoredPipeline): Promise<void> {
    const { id, ledgerId: ledger, exporterId, createdAt } = pipeline;
    const object = this.#around.objectOf(pipeline.ledger);
    try {
      if (pipeline.isLeaving) {
        await object.dropPipeline(id);
        this.#store.removePipeline(id);
      } else {
        const destination = JSON.parse(pipeline.destination) as Destination;
        await object.putPipeline({ id, ledger, exporterId, createdAt, destination });
        this.#store.markTold(pipeline);
      }
    } catch (error) {
      console.warn("a ledger could not be told of a pipeline yet", error);
    }
  }
}

const OUT_OF_REACH = unavailable("not every ledger could be told yet");

function exporterNotFound(id: string): LedgerError {
  return notFound(`exporter '${id}' not found`);
}
