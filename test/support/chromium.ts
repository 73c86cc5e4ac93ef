import { spawnSync } from 'node:child_process'

/** Debian's; undefined where there is none. */
export const chromiumProgram = (): string | undefined => {
  const found = spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim()
  return found === '' ? undefined : found
}
