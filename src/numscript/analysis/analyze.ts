/**
 * Static analysis of a script in the interpreter's dialect, as an editor or a linter shows it. The
 * runtime does not look at it: it finds out what matters while it runs.
 */
import { WORLD } from "../../core/address.ts";
import type {
  AccountSource,
  Destination,
  Expression,
  Program,
  SharePortion,
  Source,
  Statement,
  Target,
} from "../ast.ts";
import { DIALECTS } from "../dialect.ts";
import { parse } from "../parse.ts";
import { compareToWhole, remainder, sum, type Portion } from "../portion.ts";
import type { Span } from "../span.ts";
import { AssetClass } from "./assets.ts";
import { Diagnostics, type Diagnostic } from "./diagnostic.ts";
import { Expressions } from "./expressions.ts";

export function analyze(source: string): readonly Diagnostic[] {
  const diagnostics = new Diagnostics();
  const program = parse(source, DIALECTS["experimental-interpreter"]);
  if (program.ok) {
    new Analysis(program.value, diagnostics).run();
  } else {
    program.error.forEach((problem) => diagnostics.add("Parsing", problem, problem.message));
  }
  return diagnostics.list.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** What stands around a source. */
interface Around {
  /** Accounts that are empty by now, in their colors. */
  readonly emptied: Set<string>;
  /** A source before this one gives whatever is missing. */
  readonly isCovered: boolean;
  readonly takesAll: boolean;
}

class Analysis {
  readonly #program: Program;
  readonly #expressions: Expressions;
  readonly #diagnostics: Diagnostics;

  constructor(program: Program, diagnostics: Diagnostics) {
    this.#program = program;
    this.#diagnostics = diagnostics;
    this.#expressions = new Expressions(program, diagnostics);
  }

  run(): void {
    this.#program.variables.forEach((declaration) => this.#expressions.declare(declaration));
    this.#program.statements.forEach((statement) => this.#statement(statement));
    this.#expressions.finish();
  }

  #statement(statement: Statement): void {
    if (statement.kind === "call") {
      this.#expressions.checkStatement(statement.call);
    }
    if (statement.kind !== "send" && statement.kind !== "save") {
      return;
    }
    const { sent } = statement;
    const assets = new AssetClass();
    const expression = sent.kind === "all" ? sent.asset : sent.monetary;
    this.#expressions.expect(expression, sent.kind === "all" ? "asset" : "monetary");
    this.#expressions.unify(expression, assets);
    if (statement.kind === "save") {
      this.#expressions.expect(statement.account, "account");
      return;
    }
    const takesAll = sent.kind === "all";
    const around = { emptied: new Set<string>(), isCovered: false, takesAll };
    this.#source(statement.source, around, assets);
    this.#destination(statement.destination, assets);
  }

  /** Gives what stands around the next source. */
  #source(source: Source, around: Around, assets: AssetClass): Around {
    if (around.isCovered) {
      this.#diagnostics.unreachedSource(shownSpan(source));
    }
    switch (source.kind) {
      case "account":
        return this.#accountSource(source, around, assets);
      case "scaled":
        this.#expressions.expect(source.account, "account");
        this.#expressions.expect(source.through, "account");
        return around;
      case "capped":
        this.#monetary(source.cap, assets);
        this.#source(source.from, within(around), assets);
        return around;
      case "oneof":
        this.#expressions.require(source, ONEOF);
        return this.#list(source.sources, around, assets);
      case "inorder":
        return this.#list(source.sources, around, assets);
      case "allotment":
        if (around.takesAll) {
          this.#diagnostics.allotmentInSendAll(source);
        }
        this.#portions(source.shares, source, (at) => {
          const from = source.shares[at]?.from;
          if (from !== undefined) {
            this.#source(from, within(around), assets);
          }
        });
        return around;
    }
  }

  #list(sources: readonly Source[], around: Around, assets: AssetClass): Around {
    let inside = around;
    for (const source of sources) {
      inside = this.#source(source, inside, assets);
    }
    return inside;
  }

  #accountSource(source: AccountSource, around: Around, assets: AssetClass): Around {
    const { account, color, overdraft } = source;
    const isWorld = writtenAccount(account) === WORLD;
    if (isWorld && overdraft !== undefined) {
      this.#diagnostics.worldOverdraft(account);
    }
    const isUnbounded = overdraft === "unbounded" || (isWorld && overdraft === undefined);
    if (isUnbounded && around.takesAll) {
      this.#diagnostics.unboundedInSendAll(account);
    }
    this.#expressions.expect(account, "account");
    if (color !== undefined) {
      this.#expressions.expect(color, "string");
    }
    if (overdraft !== undefined && overdraft !== "unbounded") {
      this.#monetary(overdraft, assets);
    }
    if (overdraft === undefined && !isWorld) {
      this.#emptied(account, color, around.emptied);
    }
    const covers = isUnbounded && !(isWorld && around.takesAll);
    return { ...around, isCovered: around.isCovered || covers };
  }

  #emptied(account: Expression, color: Expression | undefined, emptied: Set<string>): void {
    const written = writtenAccount(account);
    if (written === undefined) {
      return;
    }
    const colored = written + colorText(color);
    if (emptied.has(colored)) {
      this.#diagnostics.emptiedAccount(written, account);
    }
    emptied.add(colored);
  }

  #monetary(expression: Expression, assets: AssetClass): void {
    this.#expressions.expect(expression, "monetary");
    this.#expressions.unify(expression, assets);
  }

  #destination(destination: Destination, assets: AssetClass): void {
    switch (destination.kind) {
      case "account":
        this.#expressions.expect(destination.account, "account");
        return;
      case "oneof":
      case "inorder":
        if (destination.kind === "oneof") {
          this.#expressions.require(destination, ONEOF);
        }
        for (const { cap, to } of destination.clauses) {
          this.#monetary(cap, assets);
          this.#target(to, assets);
        }
        this.#target(destination.remaining, assets);
        return;
      case "allotment":
        this.#portions(destination.shares, destination, (at) => {
          this.#target(destination.shares[at]?.to, assets);
        });
    }
  }

  #target(target: Target, assets: AssetClass): void {
    if (target !== undefined) {
      this.#destination(target, assets);
    }
  }

  #portions(
    shares: readonly { readonly portion: SharePortion }[],
    block: Span,
    checkShare: (at: number) => void,
  ): void {
    const known: Portion[] = [];
    const open: Expression[] = [];
    let remaining: Span | undefined;
    for (const [at, { portion }] of shares.entries()) {
      const { expression } = portion;
      if (expression !== undefined) {
        this.#expressions.expect(expression, "portion");
        const value = this.#portionIn(expression);
        if (value === undefined) {
          open.push(expression);
        } else {
          known.push(value);
        }
      } else if (at === shares.length - 1) {
        remaining = portion;
      } else {
        this.#diagnostics.remainingIsNotLast(block);
      }
      checkShare(at);
    }
    this.#sum(sum(known), block, remaining, open);
  }

  #sum(
    total: Portion | undefined,
    block: Span,
    remaining: Span | undefined,
    open: readonly Expression[],
  ): void {
    const comparison = total === undefined ? 0 : compareToWhole(total);
    const isOpen = comparison < 0 && (remaining !== undefined || open.length > 1);
    if (total === undefined || isOpen) {
      return;
    }
    const [only] = open;
    if (comparison < 0 && only !== undefined) {
      this.#diagnostics.fixedPortionVariable(remainder(total), only);
    } else if (comparison !== 0) {
      this.#diagnostics.badAllotmentSum(total, block);
    } else {
      open.forEach((expression) => {
        this.#diagnostics.fixedPortionVariable(remainder(total), expression);
      });
      if (remaining !== undefined) {
        this.#diagnostics.redundantRemaining(remaining);
      }
    }
  }

  /** undefined: known only when the script runs. */
  #portionIn(expression: Expression): Portion | undefined {
    if (expression.kind === "literal") {
      return expression.value.type === "portion" ? expression.value.portion : undefined;
    }
    if (expression.kind !== "operation" || expression.rest[0]?.operator !== "/") {
      return undefined;
    }
    const [step, more] = expression.rest;
    const denominator = more === undefined && step ? numberIn(step.operand) : undefined;
    if (denominator === 0n) {
      this.#diagnostics.divisionByZero(expression);
      return undefined;
    }
    const numerator = numberIn(expression.first);
    return numerator === undefined || denominator === undefined || denominator < 0n
      ? undefined
      : { numerator, denominator };
  }
}

const ONEOF = { version: [0, 0, 15], flag: "experimental-oneof" } as const;

/** Under a cap or a share what is covered outside does not count, and not everything is taken. */
function within(around: Around): Around {
  return { emptied: new Set(around.emptied), isCovered: false, takesAll: false };
}

/** The original shows a source without an overdraft by its account alone. */
function shownSpan(source: Source): Span {
  return source.kind === "account" && source.overdraft === undefined ? source.account : source;
}

/** An account as the script spells it, without the sign; undefined for a variable. */
function writtenAccount(expression: Expression): string | undefined {
  if (expression.kind === "interpolation") {
    const parts = expression.parts.map((part) =>
      typeof part === "string" ? part : `$${part.name}`,
    );
    return parts.join(":");
  }
  return expression.kind === "literal" && expression.value.type === "account"
    ? expression.value.address
    : undefined;
}

function colorText(color: Expression | undefined): string {
  if (color?.kind === "variable") {
    return ` $${color.name}`;
  }
  const text = color?.kind === "literal" && color.value.type === "string" ? color.value.text : "";
  return text === "" ? "" : ` "${text}"`;
}

function numberIn(expression: Expression): bigint | undefined {
  if (expression.kind === "literal") {
    return expression.value.type === "number" ? expression.value.number : undefined;
  }
  if (expression.kind !== "operation") {
    return undefined;
  }
  let total = numberIn(expression.first);
  for (const { operator, operand } of expression.rest) {
    const number = numberIn(operand);
    if (total === undefined || number === undefined || operator === "/") {
      return undefined;
    }
    total = operator === "+" ? total + number : total - number;
  }
  return total;
}
