/** Fewer of one kind could tell of the people behind them. */
export const SMALLEST_TOLD = 5

/** How many of them, and by which names they are told apart; all rows of a table have the same names. */
export interface Cell {
  readonly names: readonly string[]
  readonly count: number
}

/**
 * Which cells of a table must not be told: those that hold fewer than `smallest`, and where one alone is left out of a row
 * or column of the table, the smallest beside it too, so that it does not follow from their sum.
 */
export function smallCells(cells: readonly Cell[], smallest: number): ReadonlySet<Cell> {
  const hidden = new Set(cells.filter(({ count }) => count < smallest))
  const width = cells[0]?.names.length ?? 0
  const places = Array.from({ length: width }, (_, place) => place)
  let before = 0
  while (hidden.size > before) {
    before = hidden.size
    for (const line of places.flatMap((place) => linesOf(cells, place))) {
      const beside = neighbourOf(line, hidden)
      if (beside !== undefined) hidden.add(beside)
    }
  }
  return hidden
}

/** Cells that differ in this one name alone. */
function linesOf(cells: readonly Cell[], place: number): (readonly Cell[])[] {
  const lines = new Map<string, Cell[]>()
  for (const cell of cells) {
    const others = JSON.stringify(cell.names.toSpliced(place, 1))
    const line = lines.get(others)
    if (line === undefined) lines.set(others, [cell])
    else line.push(cell)
  }
  return [...lines.values()]
}

/** What must be hidden with the only hidden one of a line. */
function neighbourOf(line: readonly Cell[], hidden: ReadonlySet<Cell>): Cell | undefined {
  if (line.filter((cell) => hidden.has(cell)).length !== 1) return undefined
  return line.filter((cell) => !hidden.has(cell)).toSorted((one, other) => one.count - other.count)[0]
}
