import { spawn } from 'node:child_process'

/** The operating-system user that a command runs as; empty: the user of this process. */
export interface RunAs {
  readonly uid?: number
  readonly gid?: number
}

export interface CommandResult {
  /** Exit status; `undefined` where the program could not be started or was ended by a signal. */
  readonly status: number | undefined
  /** What it wrote to both outputs, or why it could not be started. */
  readonly output: string
}

/**
 * Runs one of PostgreSQL's programs to its end; never throws. Its environment is ours alone: no `LANG`, `PG…` or library
 * path of the machine reaches it, and it starts in a directory that every user may enter.
 */
export async function runCommand(program: string, parameters: readonly string[], as: RunAs): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      ...as,
      cwd: process.platform === 'win32' ? undefined : '/',
      ...(process.platform !== 'win32' && { env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } }),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    let output = ''
    const keep = (chunk: Buffer): void => {
      output += chunk.toString()
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => resolve({ status: undefined, output: error.message }))
    child.on('close', (code) => resolve({ status: code ?? undefined, output: output.trim() }))
  })
}
