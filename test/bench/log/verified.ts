import { join } from 'node:path'
import { exportLog } from '../../../src/client/export-log.ts'
import { logFolder } from '../../../src/client/log-folder.ts'
import { storedLog } from '../../../src/exchange-log/stored-log.ts'
import { verifyLog } from '../../../src/exchange-log/verify-log.ts'
import type { Store } from '../../../src/store/store.ts'

export interface Verified {
  readonly entries: number
  /** Of CPU time, all threads together. */
  readonly perCpuSecond: number
  readonly perSecond: number
  readonly exportedPerSecond: number
}

const ROUNDS = 3

/** The log of the rows, copied into a folder and verified there. The best round counts: the others share the machine. */
export async function verified({ db }: Store, logKey: string, below: string): Promise<Verified> {
  const folder = join(below, 'copy')
  const started = performance.now()
  const { size } = await exportLog({ source: storedLog(db, logKey), folder, logKey })
  const exportedPerSecond = size / ((performance.now() - started) / 1000)
  let [perCpuSecond, perSecond] = [0, 0]
  for (let round = 0; round < ROUNDS; round += 1) {
    const [cpu, wall] = [process.cpuUsage(), performance.now()]
    const verdict = await verifyLog({ source: logFolder(folder), logKey })
    const { user, system } = process.cpuUsage(cpu)
    if (!verdict.holds) throw new Error(`the log of the bench does not hold: ${JSON.stringify(verdict.findings)}`)
    perCpuSecond = Math.max(perCpuSecond, size / ((user + system) / 1e6))
    perSecond = Math.max(perSecond, size / ((performance.now() - wall) / 1000))
  }
  return { entries: size, perCpuSecond, perSecond, exportedPerSecond }
}
