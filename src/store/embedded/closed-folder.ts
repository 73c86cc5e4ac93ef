import { dirname } from 'node:path'
import { type RunAs, runCommand } from './run-command.ts'

/**
 * The outermost folder on the way to `folder` that a user may not enter; undefined where the way is free. Asked of the
 * system itself, which knows groups and access lists.
 */
export async function firstClosed(folder: string, as: RunAs): Promise<string | undefined> {
  if (await mayEnter(folder, as)) return undefined
  const parent = dirname(folder)
  return parent === folder ? folder : ((await firstClosed(parent, as)) ?? folder)
}

/** A shell of that user changes into it. (As `cwd` of the child it would be entered before the user is changed.) */
async function mayEnter(folder: string, as: RunAs): Promise<boolean> {
  const { status } = await runCommand('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], as)
  return status === 0
}
