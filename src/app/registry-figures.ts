import type { RegistryStatus } from '../model/registry-status.ts'
import { SMALLEST_TOLD, smallCells } from './small-cells.ts'

type Figures = Pick<RegistryStatus, 'window' | 'latency' | 'consumers' | 'quotas' | 'totals'>

/**
 * Counts as whoever does not own the registry is told them: as in statistics, without those of too few. The owner answered each of
 * these questions; others learn of single ones by the lists that they may read, where each look is an entry of the log.
 */
export const figuresForOthers = ({
  window,
  latency,
  consumers,
  quotas,
  totals,
}: Figures): Figures & Pick<RegistryStatus, 'smallest'> => ({
  smallest: SMALLEST_TOLD,
  window: withoutFew(window),
  latency: (latency.answers ?? 0) < SMALLEST_TOLD ? {} : latency,
  consumers: suppressed(
    consumers,
    ({ questions }) => questions,
    ({ consumer }) => ({ consumer, suppressed: true }),
  ),
  quotas: suppressed(quotas, used, ({ used: _used, left: _left, ...rest }) => ({ ...rest, suppressed: true })),
  totals: suppressed(totals, used, ({ used: _used, left: _left, ...rest }) => ({ ...rest, suppressed: true })),
})

const used = (row: { readonly used?: number }): number | undefined => row.used

function withoutFew(window: RegistryStatus['window']): RegistryStatus['window'] {
  const { exchanges = 0, ...rest } = window
  return exchanges < SMALLEST_TOLD ? rest : window
}

/** Rows of one table, told apart by their place alone. */
function suppressed<Row>(
  rows: readonly Row[],
  countOf: (row: Row) => number | undefined,
  hide: (row: Row) => Row,
): readonly Row[] {
  const cells = rows.map((row, place) => ({ row, names: [String(place)], count: countOf(row) ?? 0 }))
  const hidden = smallCells(cells, SMALLEST_TOLD)
  return cells.map((cell) => (hidden.has(cell) ? hide(cell.row) : cell.row))
}
