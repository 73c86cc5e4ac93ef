import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newAdapter } from '../../src/cli/adapter/new.ts'
import type { NewTransport } from '../../src/cli/adapter/template/template.ts'

/** An adapter as `edno adapter new` writes it, outside the tree. */
export class NewAdapter {
  readonly above = mkdtempSync(join(tmpdir(), 'edno-adapter-'))
  readonly folder: string

  private constructor(name: string) {
    this.folder = join(this.above, name)
  }

  static async write(name: string, transport: NewTransport): Promise<NewAdapter> {
    const made = new NewAdapter(name)
    const write = process.stdout.write.bind(process.stdout)
    const complain = process.stderr.write.bind(process.stderr)
    process.stdout.write = process.stderr.write = () => true
    try {
      await newAdapter(name, { transport, dir: made.above })
    } finally {
      process.stdout.write = write
      process.stderr.write = complain
    }
    return made
  }

  remove(): void {
    rmSync(this.above, { recursive: true, force: true })
  }
}
