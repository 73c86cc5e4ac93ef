import { Environment, type ASTNode } from '@marcbachmann/cel-js'

/** An expression that is wrong as written; the message names the mistake and never holds data. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
}

/** Largest service expression so far has about 40 nodes; what is longer is no longer readable by an auditor. */
const LIMITS = { maxAstNodes: 400, maxDepth: 40, maxListElements: 50, maxMapEntries: 20, maxCallArguments: 8 }

/** The only names an expression may start from. */
export const ROOTS = ['application', 'applicant', 'calls', 'item', 'exchange'] as const
export type Root = (typeof ROOTS)[number]

const toNumbers =
  (combine: (left: number, right: number) => number) =>
  (left: bigint | number, right: bigint | number): number =>
    combine(Number(left), Number(right))

const ARITHMETIC = {
  '+': toNumbers((left, right) => left + right),
  '-': toNumbers((left, right) => left - right),
  '*': toNumbers((left, right) => left * right),
  '/': toNumbers((left, right) => left / right),
}

/** JSON knows one kind of number, CEL two: mixed arithmetic is defined, so that `fee * 1.5` means what it says. */
function makeEnvironment(): Environment {
  const environment = new Environment({ limits: LIMITS, homogeneousAggregateLiterals: false })
  for (const root of ROOTS) environment.registerVariable(root, 'dyn')
  for (const [operator, combine] of Object.entries(ARITHMETIC)) {
    environment.registerOperator(`int ${operator} double`, combine)
    environment.registerOperator(`double ${operator} int`, combine)
  }
  return environment
}

const ENVIRONMENT = makeEnvironment()

export interface CompiledExpression {
  readonly ast: ASTNode
  /** CEL type of the value, `dyn` where it depends on the data. */
  readonly type: string
  readonly run: (scope: Record<string, unknown>) => unknown
}

/** Services are few and their expressions come from files; the cap only keeps a mistake elsewhere from growing it. */
const CACHE_LIMIT = 5000
const cache = new Map<string, CompiledExpression>()

/** Parses and type-checks once per source text. Throws `ExpressionError`. */
export function compile(source: string): CompiledExpression {
  const known = cache.get(source)
  if (known !== undefined) return known
  const compiled = compileAnew(source)
  if (cache.size >= CACHE_LIMIT) cache.clear()
  cache.set(source, compiled)
  return compiled
}

function compileAnew(source: string): CompiledExpression {
  try {
    const parsed = ENVIRONMENT.parse(source)
    const checked = parsed.check()
    if (!checked.valid) throw new ExpressionError(summaryOf(checked.error))
    return { ast: parsed.ast, type: checked.type ?? 'dyn', run: (scope): unknown => parsed(scope) }
  } catch (error) {
    if (error instanceof ExpressionError) throw error
    throw new ExpressionError(summaryOf(error), { cause: error })
  }
}

/** The one-line reason of the CEL library, without its drawing of the source. */
const summaryOf = (error: unknown): string =>
  error instanceof Error && 'summary' in error && typeof error.summary === 'string'
    ? error.summary
    : 'the expression cannot be read'
