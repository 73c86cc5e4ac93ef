import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import type { RunAs } from './run-command.ts'

/**
 * The outermost folder on the way to `folder` that a user may not enter; undefined where the way is free. Asked of the
 * system itself, which knows groups and access lists.
 */
export async function firstClosed(folder: string, as: RunAs): Promise<string | undefined> {
  if (await mayEnter(folder, as)) return undefined
  const parent = dirname(folder)
  return parent === folder ? folder : ((await firstClosed(parent, as)) ?? folder)
}

/** A child process that starts in the folder: it does not start where its user may not enter. */
async function mayEnter(folder: string, as: RunAs): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', ':'], { ...as, cwd: folder, stdio: 'ignore', env: {} })
    child.on('error', () => resolve(false))
    child.on('close', (code) => resolve(code === 0))
  })
}
