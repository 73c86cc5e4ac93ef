import type { VNode } from 'preact'
import type { Span } from './waterfall-rows.ts'

/** Parts of the axis; bars are drawn by attributes, since a strict policy lets no style stand in a page. */
const WIDTH = 1000
const HEIGHT = 14
/** Narrower nobody sees it. */
const LEAST = 5
const GRID = [0, 250, 500, 750, 1000]

interface BarParts {
  readonly kind: string
  readonly span: Span
  readonly length: number
}

/** Hidden from readers of the text: begin and length stand in the cells beside it. */
export function Bar({ kind, span, length }: BarParts): VNode {
  const from = Math.min((span.begin / length) * WIDTH, WIDTH - LEAST)
  const to = ((span.end ?? length) / length) * WIDTH
  const width = Math.min(Math.max(to - from, LEAST), WIDTH - from)
  return (
    <svg class="bar" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      {GRID.map((x) => (
        <line key={x} class="grid" x1={x} x2={x} y1={0} y2={HEIGHT} />
      ))}
      <rect class={`piece ${kind}`} x={round(from)} y={1} width={round(width)} height={HEIGHT - 2} />
    </svg>
  )
}

const round = (at: number): number => Math.round(at * 10) / 10
