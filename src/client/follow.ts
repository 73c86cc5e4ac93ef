import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AxiosInstance } from 'axios'
import type { ExchangeId } from '../model/ids.ts'
import type { OutcomeKind } from '../model/outcome.ts'
import { readEvents } from './read-events.ts'

/** What happens to an exchange while it runs. */
export type FollowedEvent =
  | {
      readonly event: 'call'
      readonly call: string
      readonly operation: string
      readonly outcome: OutcomeKind
      readonly problem?: string
      readonly elapsedMs: number
    }
  | { readonly event: 'deferred'; readonly outerEnd: string }
  | { readonly event: 'answer'; readonly status: string }
  | { readonly event: 'supplement'; readonly call: string }

const AGAIN_AFTER_MS = 1000
/** A stream that breaks so often without anything told in between will not come back. */
const MOST_BREAKS = 20

/** Until nothing more will be told, or `signal` aborts; a stream that breaks is taken up where it was. */
export async function* followEvents(
  http: AxiosInstance,
  id: ExchangeId,
  signal: AbortSignal,
): AsyncGenerator<FollowedEvent> {
  let last: string | undefined
  for (let breaks = 0; breaks < MOST_BREAKS && !signal.aborted; breaks += 1) {
    try {
      const { status, data } = await http.get<Readable>(`/v1/exchanges/${id}`, {
        headers: { Accept: 'text/event-stream', ...(last === undefined ? {} : { 'Last-Event-ID': last }) },
        responseType: 'stream',
        signal,
      })
      // 204: all was told. Anything else but a stream is told by who asks for the answer.
      if (status !== 200) {
        data.destroy()
        return
      }
      for await (const { id: at, event, data: text } of readEvents(data as AsyncIterable<Uint8Array>)) {
        last = at
        breaks = 0
        yield { event, ...(JSON.parse(text) as object) } as FollowedEvent
      }
    } catch {
      // Broken: another try, after a while.
    }
    await sleep(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined)
  }
}
