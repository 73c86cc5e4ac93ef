/** The simulator's own files are wrong; an operator's or a developer's mistake, never a caller's. */
export class BrokenCast extends Error {
  override readonly name = 'BrokenCast'
}
