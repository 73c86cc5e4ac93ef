import type { Config } from '../config/config.ts'
import { type Beside, openBeside } from '../store/beside.ts'

/** Runs `work` on the rows of the edno that is configured, beside it where it runs. */
export async function beside<T>(
  { databaseUrl, dataDirectory }: Config,
  work: (rows: Beside) => Promise<T>,
): Promise<T> {
  const rows = await openBeside({
    dataDirectory,
    ...(databaseUrl === undefined ? {} : { databaseUrl: databaseUrl.reveal() }),
  })
  try {
    return await work(rows)
  } finally {
    await rows.close()
  }
}
