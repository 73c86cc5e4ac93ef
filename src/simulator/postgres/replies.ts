import * as wire from './frames.ts'

export interface Told {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** To a statement that was asked in the extended way. */
export const replyOf = ({ columns, rows }: Told): Buffer =>
  Buffer.concat([
    ...[wire.writeFrame('1'), wire.writeFrame('2'), wire.rowDescription(columns), ...rows.map(wire.dataRow)],
    ...[wire.writeFrame('C', wire.cString(`SELECT ${rows.length}`)), wire.READY],
  ])

export const errorOf = (code: string): Buffer =>
  Buffer.concat([wire.errorResponse(code, 'as it was told to'), wire.READY])
