import type { PartyId } from './ids.ts'

/** Registries of which nothing can be asked until an adapter from elsewhere, which was refused, is mended. */
export interface LeftOut {
  /** Registry → who owns it, where that can be read although the adapter is refused. */
  readonly owners: ReadonlyMap<string, PartyId | undefined>
  /** What their adapters would answer, by its names in RegiX, where these can be read. Absent: nothing. */
  readonly regix?: ReadonlySet<string>
  /** Registries whose adapters came in; there where one that was refused does not say which registry it is for: any other may be it. */
  readonly othersThan?: ReadonlySet<string>
}

export const NONE_LEFT_OUT: LeftOut = { owners: new Map() }

export const isLeftOut = ({ owners, othersThan }: LeftOut, registry: string): boolean =>
  owners.has(registry) || othersThan?.has(registry) === false
