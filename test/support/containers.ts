import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const runs = (program: string, ...args: string[]): boolean => spawnSync(program, args).error === undefined

/** Skips, with the reason, where a program that judges containers is missing. */
export function requireJudges(test: Mocha.Context): void {
  const missing = ['unzip', 'openssl', 'xmlsec1'].filter(
    (program) => !runs(program, program === 'unzip' ? '-v' : 'version'),
  )
  if (missing.length === 0) return
  process.stderr.write(`      not installed: ${missing.join(', ')}\n`)
  test.skip()
}

/** A container, unzipped by unzip into a folder of its own. */
export class Unzipped {
  readonly folder = mkdtempSync(join(tmpdir(), 'edno-container-'))

  constructor(container: Uint8Array) {
    const file = join(this.folder, '..', `${this.folder.split('/').at(-1) ?? ''}.asice`)
    writeFileSync(file, container)
    try {
      const { status, stderr } = spawnSync('unzip', ['-q', file, '-d', this.folder], { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
    } finally {
      rmSync(file)
    }
  }

  text(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8')
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), content)
  }

  /** The commands of its README, literally: every line that stands after four spaces. */
  runReadme(): { readonly status: number | null; readonly said: string } {
    const commands = this.text('README.txt')
      .split('\n')
      .filter((line) => line.startsWith('    '))
      .map((line) => line.slice(4))
      .join('\n')
    const { status, stdout, stderr } = spawnSync('sh', [], { cwd: this.folder, input: commands, encoding: 'utf8' })
    return { status, said: stdout + stderr }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
