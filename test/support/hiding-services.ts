import { appendFileSync, cpSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hiding } from '../../src/model/service.ts'
import { ROOT } from './processes.ts'

/** A folder of the shipped services, some of which hide their exchanges; remove it yourself. */
export async function hidingServices(hidings: Readonly<Record<string, Hiding>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'edno-services-'))
  cpSync(join(ROOT, 'config', 'services'), folder, { recursive: true })
  for (const [service, hiding] of Object.entries(hidings))
    appendFileSync(join(folder, `${service}.yaml`), `hiding: ${JSON.stringify(hiding)}\n`)
  return folder
}
