import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOG_KEY_FILE } from '../app/keys.ts'
import { type Exported, exportLog } from '../client/export-log.ts'
import { logFolder } from '../client/log-folder.ts'
import { storedLog } from '../exchange-log/stored-log.ts'
import { beside } from './beside.ts'
import { fill } from './demo/words.ts'
import { LOG_WORDS } from './log-sentences.ts'
import { addressed, logKeyOf, sentenceOfLog } from './log-source-options.ts'
import { output } from './output.ts'
import { settings } from './settings.ts'
import { WrongUsage } from './wrong-usage.ts'

export interface LogExportOptions {
  readonly from?: string
  readonly vkey?: string
  readonly ca?: string
  readonly json?: boolean
  readonly lang?: string
}

/** Copies the log of this edno's database, or one behind an address, into a folder. */
export async function exportTo(folder: string, options: LogExportOptions): Promise<void> {
  const out = output(options.lang)
  const done = options.from === undefined ? await fromRows(folder, options) : await fromAddress(folder, options)
  if (options.json === true) out.json(done)
  else {
    const { origin, size, added, files } = done
    out.line(fill(out.text(LOG_WORDS.head), origin, size))
    out.line(fill(out.text(LOG_WORDS.exported), added, files, folder))
  }
}

function fromRows(folder: string, { vkey }: LogExportOptions): Promise<Exported> {
  const config = settings()
  const own = join(config.dataDirectory, LOG_KEY_FILE)
  return beside(config, async ({ db }) => {
    const brought = existsSync(own) ? readFileSync(own, 'utf8') : ''
    const logKey = await logKeyOf(storedLog(db, brought.trim()), vkey)
    return exportLog({ source: storedLog(db, logKey), folder, logKey })
  })
}

/** The second time the key that lies in the folder is believed, and not what the address says now. */
async function fromAddress(folder: string, { from = '', vkey, ca }: LogExportOptions): Promise<Exported> {
  const source = addressed(from, ca)
  try {
    const kept = (await logFolder(folder).read('log.vkey'))?.toString('utf8')
    return await exportLog({ source, folder, logKey: await logKeyOf(source, vkey ?? kept) })
  } catch (error) {
    throw error instanceof WrongUsage ? error : new Error(sentenceOfLog(error), { cause: error })
  } finally {
    source.close()
  }
}
