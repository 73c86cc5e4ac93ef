import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './processes.ts'

export interface Times {
  readonly deadlineMs: number
  readonly deferMs: number
  /** Calls that become optional. */
  readonly optional?: readonly string[]
}

/** A folder of the shipped services, some with a later answer; remove it yourself. */
export async function deferringServices(times: Readonly<Record<string, Times>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'edno-services-'))
  cpSync(join(ROOT, 'config', 'services'), folder, { recursive: true })
  for (const name of readdirSync(folder)) {
    const time = times[name.replace('.yaml', '')]
    if (time === undefined) continue
    const { deadlineMs, deferMs, optional = [] } = time
    let text = readFileSync(join(folder, name), 'utf8')
    text = text.replace(/^deadlineMs: .*$/m, `deadlineMs: ${deadlineMs}\ndeferMs: ${deferMs}`)
    for (const call of optional)
      text = text.replace(new RegExp(`^  ${call}:\\n`, 'm'), `  ${call}:\n    need: optional\n`)
    writeFileSync(join(folder, name), text)
  }
  return folder
}
