import { existsSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { AdapterModule } from '../../adapter-kit/adapter.ts'
import { conformanceChecks } from '../../adapter-kit/conformance/adapter-checks.ts'
import { Bench } from '../../adapter-kit/conformance/bench.ts'
import type { ConformanceCheck } from '../../adapter-kit/conformance/check.ts'
import type { AdapterReport, CheckResult } from '../../catalogue/adapter-report.ts'
import type { AdapterEntry } from '../../catalogue/entries.ts'
import { openIsolated } from '../../catalogue/isolated-adapter.ts'
import { loadAdapters } from '../../catalogue/load-adapters.ts'
import { standInRig } from './stand-in-rig.ts'
import { titlesCheck } from './titles-check.ts'

/** One check takes so long at most; all its questions together. */
const CHECK_MS = 20_000

/** Runs the whole suite on the adapter of a folder. `root`: of edno. */
export async function runChecks(root: string, folder: string): Promise<AdapterReport> {
  const at = new Date().toISOString()
  const name = basename(folder)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
  const began = performance.now()
  const { loaded, refused } = await loadAdapters(root, [{ folder, name, plugged: !isOwn(root, folder) }])
  const mistakes = refused.flatMap((one) => one.mistakes)
  const files = { group: 'adapter', title: FILES, passed: mistakes.length === 0, ms: since(began) }
  const [entry] = loaded
  if (entry === undefined) {
    const reason = mistakes
      .map(({ file, line, message }) => `${relative(folder, join(root, file))}:${line}: ${message}`)
      .join('; ')
    return { adapter: name, digest: '', edno: version, at, passed: false, checks: [{ ...files, reason }] }
  }
  const checks = [files, ...(await checksOf(root, entry))]
  const passed = checks.every((check) => check.passed)
  return { adapter: entry.manifest.id, digest: entry.digest, edno: version, at, passed, checks }
}

const FILES = 'has a valid manifest, schemas and maps, and code that can be imported where it has code'

const isOwn = (root: string, folder: string): boolean => join(root, 'adapters', basename(folder)) === folder

const since = (began: number): number => Math.round(performance.now() - began)

async function checksOf(root: string, entry: AdapterEntry): Promise<readonly CheckResult[]> {
  const { folder, manifest } = entry
  const missing = manifest.operations.filter((operation) => !existsSync(join(folder, operation.folder, 'examples')))
  if (missing.length > 0) {
    const reason = `there is no folder examples for ${missing.map(({ id }) => id).join(', ')}`
    return [{ group: 'adapter', title: 'has examples', passed: false, ms: 0, reason }]
  }
  const bench = new Bench({
    folder,
    manifest,
    adapter: asEdnoOpens(entry),
    start: (id) => standInRig(root, folder, id),
  })
  const opened = await result(OPENS, bench)
  const results = [opened]
  const strays = strayErrors()
  try {
    if (opened.passed)
      for (const check of [titlesCheck(entry), ...conformanceChecks(manifest, folder)]) {
        results.push(await result(check, bench))
        bench.rig.setFault(undefined)
      }
    return [...results, await result(strays.check, bench)]
  } finally {
    strays.stop()
    await bench.close()
  }
}

/** In the thread of its own that it asks for, with its memory: what it cannot do there it cannot do in edno. */
const asEdnoOpens = (entry: AdapterEntry): AdapterModule =>
  entry.manifest.isolation === 'worker' ? { open: ({ endpoint }) => openIsolated(entry, endpoint) } : entry.module

const OPENS: ConformanceCheck = { group: 'adapter', title: 'opens on its stand-in', run: (bench) => bench.start() }

async function result({ group, title, run, notApplicable }: ConformanceCheck, bench: Bench): Promise<CheckResult> {
  if (notApplicable !== undefined) return { group, title, passed: true, ms: 0, notApplicable }
  const began = performance.now()
  const late = new AbortController()
  const limit = pause(CHECK_MS, `it did not end within ${CHECK_MS} ms`, { signal: late.signal, ref: true })
  const ended = (async () => run(bench))().then(
    () => undefined,
    (error: unknown) => reasonOf(error),
  )
  const reason = await Promise.race([ended, limit.catch(() => undefined)])
  late.abort()
  return { group, title, passed: reason === undefined, ms: since(began), ...(reason === undefined ? {} : { reason }) }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : `something else than an error was thrown: a ${typeof error}`

/** Promises that an adapter leaves to fail by themselves would end a process that is not asked to bear it. */
function strayErrors() {
  const names: string[] = []
  const note = (error: unknown): void => {
    names.push(error instanceof Error ? error.name : typeof error)
  }
  process.on('unhandledRejection', note)
  process.on('uncaughtException', note)
  return {
    check: {
      group: 'adapter',
      title: 'leaves no error behind that nobody catches',
      run: () => {
        if (names.length > 0) throw new TypeError(`${names.length} errors were left behind: ${names.join(', ')}`)
      },
    } satisfies ConformanceCheck,
    stop: () => {
      process.off('unhandledRejection', note)
      process.off('uncaughtException', note)
    },
  }
}
