/** One event of a stream of Server-Sent Events. */
export interface StreamedEvent {
  readonly id: string
  readonly event: string
  readonly data: string
}

/** Longer than any event of edno; a stream that holds one is no stream of events. */
const MOST_CHARACTERS = 1_000_000

/** The events in a stream of text, as the HTML standard reads them; comments and what has no data are none. */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedEvent> {
  const decoder = new TextDecoder()
  let text = ''
  let id = ''
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MOST_CHARACTERS) return
    const blocks = text.split(/\r?\n\r?\n/)
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = fieldsOf(block)
      id = fields.get('id') ?? id
      const data = fields.get('data')
      if (data !== undefined) yield { id, event: fields.get('event') ?? 'message', data }
    }
  }
}

/** Lines of one name are one value. */
function fieldsOf(block: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of block.split(/\r?\n/)) {
    const [, name, value = ''] = /^([^:]+)(?::[ ]?(.*))?$/.exec(line) ?? []
    if (name !== undefined) fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value)
  }
  return fields
}
