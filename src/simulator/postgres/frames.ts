/** Messages of PostgreSQL's protocol 3.0 (its documentation, "Message Formats"). */
export interface Frame {
  /** One letter; empty for the messages that begin a connection. */
  readonly type: string
  readonly body: Buffer
}

const LENGTH_BYTES = 4

/** Takes whole messages off the front of what came; `typed` is false until the connection has begun. */
export function takeFrame(bytes: Buffer, typed: boolean): { readonly frame: Frame; readonly rest: Buffer } | undefined {
  const start = typed ? 1 : 0
  if (bytes.length < start + LENGTH_BYTES) return undefined
  const end = start + bytes.readInt32BE(start)
  if (bytes.length < end) return undefined
  const type = typed ? bytes.toString('latin1', 0, 1) : ''
  return { frame: { type, body: bytes.subarray(start + LENGTH_BYTES, end) }, rest: bytes.subarray(end) }
}

export function writeFrame(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + LENGTH_BYTES), body])
}

export const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

export const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export const cString = (text: string): Buffer => Buffer.from(`${text}\0`)

/** The strings of a body that is nothing but strings; an empty one ends it. */
export function readStrings(body: Buffer): readonly string[] {
  return body.toString('utf8').split('\0').slice(0, -1)
}

/** Texts of the parameters of a Bind message. */
export function readParameters(body: Buffer): readonly string[] {
  let at = body.indexOf(0) + 1
  at = body.indexOf(0, at) + 1
  at += 2 + body.readInt16BE(at) * 2
  const count = body.readInt16BE(at)
  at += 2
  return Array.from({ length: count }, () => {
    const length = body.readInt32BE(at)
    const text = body.toString('utf8', at + LENGTH_BYTES, at + LENGTH_BYTES + Math.max(0, length))
    at += LENGTH_BYTES + Math.max(0, length)
    return text
  })
}

const TEXT_OID = 25

export const rowDescription = (names: readonly string[]): Buffer =>
  writeFrame(
    'T',
    int16(names.length),
    ...names.map((name) =>
      Buffer.concat([cString(name), int32(0), int16(0), int32(TEXT_OID), int16(-1), int32(-1), int16(0)]),
    ),
  )

export const dataRow = (values: readonly (string | null)[]): Buffer =>
  writeFrame(
    'D',
    int16(values.length),
    ...values.map((value) => {
      if (value === null) return int32(-1)
      const bytes = Buffer.from(value)
      return Buffer.concat([int32(bytes.length), bytes])
    }),
  )

export const errorResponse = (code: string, message: string): Buffer =>
  writeFrame('E', cString('SERROR'), cString(`C${code}`), cString(`M${message}`), Buffer.of(0))

export const READY = writeFrame('Z', Buffer.from('I'))
