import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Rival } from './rival.ts'

/** Of CPU; a virtual machine compiles much in its first seconds. */
const WARM_UP_MS = '4000'
const MEASURED_MS = '2000'

interface Ran {
  readonly output?: string
  readonly failure?: string
}

function run(program: string, ...args: readonly string[]): Ran {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (error !== undefined) return { failure: `there is no ${program}` }
  return status === 0 ? { output: stdout } : { failure: `${program}: ${stderr.trim().split('\n').at(-1) ?? ''}` }
}

/** The first failure among steps that lead to a rival. */
const firstFailure = (...steps: (() => Ran)[]): string | undefined => {
  for (const step of steps) {
    const { failure } = step()
    if (failure !== undefined) return failure
  }
  return undefined
}

function measured(program: string, ...args: readonly string[]): number {
  const { output, failure } = run(program, ...args, WARM_UP_MS, MEASURED_MS)
  if (output === undefined) throw new Error(failure)
  return Number(output)
}

/** javax.xml.crypto of the JDK on the machine; compiled into `folder`. */
export function javaRival(folder: string): Rival {
  const sources = [
    join(import.meta.dirname, '../../interop/Signatures.java'),
    join(import.meta.dirname, 'SignatureBench.java'),
  ]
  const absent = firstFailure(
    () => run('java', '-version'),
    () => run('javac', '-d', folder, ...sources),
  )
  const name = 'JDK'
  if (absent !== undefined) return { name, absent }
  return {
    name,
    measure: (act, { files, algorithm }) => {
      const own =
        act === 'verify' ? [files.certificate, files.sealed] : [files.key, files.certificate, files.plain, algorithm]
      return measured('java', '-cp', folder, 'SignatureBench', act, ...own)
    },
  }
}

/** libxmlsec1 with OpenSSL, through a loop in C; compiled into `folder`. */
export function xmlsecRival(folder: string): Rival {
  const program = join(folder, 'signature-bench')
  const flags = run('pkg-config', '--cflags', '--libs', 'xmlsec1-openssl')
  const compiled = (): Ran => {
    const source = join(import.meta.dirname, 'signature-bench.c')
    return run('cc', '-O2', '-o', program, source, ...(flags.output ?? '').trim().split(/\s+/))
  }
  const absent = firstFailure(() => flags, compiled)
  const name = 'libxmlsec1'
  if (absent !== undefined) return { name, absent }
  return {
    name,
    measure: (act, { files }) => {
      const own = act === 'verify' ? [files.certificate, files.sealed] : [files.key, files.certificate, files.template]
      return measured(program, act, ...own)
    },
  }
}
