import type { Connection } from '../../client/connect.ts'
import { openLocalView } from '../../client/local-view.ts'
import { type CallerOptions, overConnection } from '../access/caller.ts'
import { fill } from '../demo/words.ts'
import { untilStopped } from '../until-stopped.ts'
import { OPEN_WORDS as WORDS } from './words.ts'

export interface OpenOptions extends CallerOptions {
  /** Without a request for as long the view ends. */
  readonly minutes: number
}

/** Shows the page for auditors on loopback, over the auditor's certificate, until nobody looks any more. */
export const openPage = (options: OpenOptions): Promise<boolean> =>
  overConnection(
    options,
    (connection: Connection) => ({ connection, close: () => undefined }),
    async ({ connection }, { out, json }) => {
      const idleMs = options.minutes * 60_000
      const view = await openLocalView({ connection, language: out.language, idleMs })
      const address = `${String(connection.url)}/audit`
      if (json) out.json({ url: view.url, address })
      else {
        out.line(fill(out.text(WORDS.open), view.url))
        out.line(fill(out.text(WORDS.lasts), options.minutes))
        out.line(fill(out.text(WORDS.direct), address))
      }
      void untilStopped().then(view.close)
      await view.ended
      return true
    },
  )
