/**
 * The tree of a script, the same for both dialects: the machine's scripts use a part of it. Every
 * node knows the span of text it stands for.
 */
import type { Runtime } from "./dialect.ts";
import type { Span } from "./span.ts";
import type { Value } from "./value.ts";

export interface Program {
  readonly runtime: Runtime;
  readonly source: string;
  /** Flags switched on by the script itself. */
  readonly features: readonly Feature[];
  readonly variables: readonly Declaration[];
  readonly statements: readonly Statement[];
}

export interface Feature extends Span {
  readonly name: string;
}

export interface Declaration extends Span {
  readonly type: Name;
  readonly name: Name;
  /** Where the value comes from; undefined: from the caller. */
  readonly origin: Expression | undefined;
}

/** A name of a type, a function or a variable (without its dollar). */
export interface Name extends Span {
  readonly text: string;
}

export type Statement = Send | Save | CallStatement | Print | Fail;

export interface Send extends Span {
  readonly kind: "send";
  readonly sent: Sent;
  readonly source: Source;
  readonly destination: Destination;
}

export interface Save extends Span {
  readonly kind: "save";
  readonly sent: Sent;
  readonly account: Expression;
}

export interface CallStatement extends Span {
  readonly kind: "call";
  readonly call: Call;
}

interface Print extends Span {
  readonly kind: "print";
  readonly expression: Expression;
}

interface Fail extends Span {
  readonly kind: "fail";
}

/** What is sent or saved: `[USD/2 *]`, or a monetary. */
export type Sent =
  | ({ readonly kind: "all"; readonly asset: Expression } & Span)
  | ({ readonly kind: "amount"; readonly monetary: Expression } & Span);

export type Expression =
  | Literal
  | Variable
  | Interpolation
  | MonetaryExpression
  | Operation
  | Negation
  | Call;

export interface Literal extends Span {
  readonly kind: "literal";
  readonly value: Value;
}

export interface Variable extends Span {
  readonly kind: "variable";
  readonly name: string;
}

/** An account with variables in its parts: `@user:$id`. */
export interface Interpolation extends Span {
  readonly kind: "interpolation";
  readonly parts: readonly (string | Variable)[];
}

export interface MonetaryExpression extends Span {
  readonly kind: "monetary";
  readonly asset: Expression;
  readonly amount: Expression;
}

/**
 * A chain of operators of one rank, worked from left to right. A chain is a list and not nested
 * pairs, so that a long sum is not a deep tree.
 */
export interface Operation extends Span {
  readonly kind: "operation";
  readonly first: Expression;
  readonly rest: readonly Operand[];
}

/** Its span begins at the operator and ends with the parentheses of the operand, if it has any. */
export interface Operand extends Span {
  readonly operator: Operator;
  readonly operand: Expression;
  readonly isGrouped: boolean;
}

export type Operator = "+" | "-" | "/";

export interface Negation extends Span {
  readonly kind: "negation";
  readonly operand: Expression;
}

export interface Call extends Span {
  readonly kind: "call";
  readonly name: Name;
  readonly arguments: readonly Expression[];
}

export type Source = AccountSource | ScaledSource | CappedSource | OrderedSource | AllottedSource;

export interface AccountSource extends Span {
  readonly kind: "account";
  readonly account: Expression;
  readonly color: Expression | undefined;
  /** How far below zero the account may go; undefined: not at all. */
  readonly overdraft: "unbounded" | Expression | undefined;
}

/** An account that exchanges its own money in other scales of the asset through another account. */
export interface ScaledSource extends Span {
  readonly kind: "scaled";
  readonly account: Expression;
  readonly through: Expression;
}

export interface CappedSource extends Span {
  readonly kind: "capped";
  readonly cap: Expression;
  readonly from: Source;
}

/** All sources one after the other, or the first one that has enough. */
export interface OrderedSource extends Span {
  readonly kind: "inorder" | "oneof";
  readonly sources: readonly Source[];
}

export interface AllottedSource extends Span {
  readonly kind: "allotment";
  readonly shares: readonly SourceShare[];
}

export interface SourceShare extends Span {
  readonly portion: SharePortion;
  readonly from: Source;
}

/** undefined: what the others leave. */
export interface SharePortion extends Span {
  readonly expression: Expression | undefined;
}

export type Destination = AccountDestination | OrderedDestination | AllottedDestination;

export interface AccountDestination extends Span {
  readonly kind: "account";
  readonly account: Expression;
}

/** Clauses one after the other, each up to its cap, or the first one whose cap takes it all. */
export interface OrderedDestination extends Span {
  readonly kind: "inorder" | "oneof";
  readonly clauses: readonly Clause[];
  readonly remaining: Target;
}

export interface Clause extends Span {
  readonly cap: Expression;
  readonly to: Target;
}

export interface AllottedDestination extends Span {
  readonly kind: "allotment";
  readonly shares: readonly DestinationShare[];
}

export interface DestinationShare extends Span {
  readonly portion: SharePortion;
  readonly to: Target;
}

/** undefined: kept, which means that it stays where it came from. */
export type Target = Destination | undefined;
