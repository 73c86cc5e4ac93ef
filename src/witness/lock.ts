import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { LogFault } from '../exchange-log/log-fault.ts'

const LOCK_FILE = 'witness.lock'

/**
 * Two processes on one folder could each sign what the other must not. A file that only one of them can make; that of a
 * process which died is taken over.
 *
 * @returns how to give it back.
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, LOCK_FILE)
  if (!make(file)) {
    const holder = readFileSync(file, 'utf8')
    if (isAlive(Number.parseInt(holder, 10))) throw taken(folder, holder)
    takeAway(file, holder)
    if (!make(file)) throw taken(folder, readFileSync(file, 'utf8'))
  }
  return () => rmSync(file, { force: true })
}

const taken = (folder: string, holder: string): LogFault =>
  new LogFault('key-malformed', `another witness (process ${holder.trim()}) works in ${folder}`)

/** Of two that find a dead one's file, the second must not take away what the first has made meanwhile. */
function takeAway(file: string, holder: string): void {
  const aside = `${file}.${process.pid}`
  renameSync(file, aside)
  const found = readFileSync(aside, 'utf8')
  if (found !== holder) renameSync(aside, file)
  else rmSync(aside)
}

function make(file: string): boolean {
  try {
    const handle = openSync(file, 'wx', 0o644)
    writeSync(handle, `${process.pid}\n`)
    closeSync(handle)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
