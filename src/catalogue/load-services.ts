import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type OperationRef, type ServiceRef, serviceRef } from '../model/ids.ts'
import type { LeftOut } from '../model/left-out.ts'
import { type Retention, STANDARD_CLASS } from '../model/retention.ts'
import type { KnownService, Service } from '../model/service.ts'
import { compileSchema } from '../schema/compile-schema.ts'
import { type LocatedMistake, locateMistakes, readYaml, type YamlFile, YamlRefused } from '../schema/read-yaml.ts'
import type { OperationEntry } from './entries.ts'
import { lintAnyOf } from './lint-any-of.ts'
import { lintDeadline } from './lint-deadline.ts'
import { lintMandate } from './lint-mandate.ts'
import { lintChecks, lintedCalls } from './lint-service.ts'
import { inOrder, lintOrder } from './order-calls.ts'
import { type BodyReader, bodyReader } from './read-body.ts'
import { isMissing, reasonOf } from './read-schema-file.ts'
import { REGIX_PREFIX } from './regix-services.ts'
import type { Loaded } from './refused.ts'
import { type Report, reporter, type ServiceFile } from './service-file.ts'

/** Class → for how long; but the standard one, which is always there. */
export type RetentionClasses = Readonly<Record<string, Omit<Retention, 'class'>>>

export interface ServiceSource {
  readonly root: string
  readonly folder: string
  readonly legalBases: ReadonlySet<string>
  readonly retention: RetentionClasses
  readonly operations: ReadonlyMap<OperationRef, OperationEntry>
  /** Their operations are missing for a reason that is told already. */
  readonly leftOut: LeftOut
}

/** Every `*.yaml` of the folder, in the order of its names. */
export function loadServices(source: ServiceSource): Loaded<KnownService> {
  const { root, folder } = source
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : []
  const judge = compileSchema(pathToFileURL(join(root, 'schemas/service.v1.schema.json')))
  const seen = new Set<ServiceRef>()
  const mistakes: LocatedMistake[] = []
  const loaded: KnownService[] = []
  for (const name of files.sort()) {
    const read = readFile(join(folder, name), root, judge)
    if ('mistakes' in read) {
      mistakes.push(...read.mistakes)
      continue
    }
    const { report, found } = reporter(read)
    const service = loadService(read, source, report)
    if (service.definition.id.startsWith(REGIX_PREFIX))
      report(['id'], `names that begin with ${REGIX_PREFIX} are kept for single questions`)
    if (seen.has(service.definition.ref))
      report(['id'], `the service ${service.definition.ref} stands in another file too`)
    seen.add(service.definition.ref)
    mistakes.push(...found)
    loaded.push(service)
  }
  return { loaded, mistakes }
}

type Judge = ReturnType<typeof compileSchema>

function readFile(path: string, root: string, judge: Judge): YamlFile | { mistakes: readonly LocatedMistake[] } {
  const file = relative(root, path)
  try {
    const yaml = { ...readYaml(path), file }
    const mistakes = locateMistakes(yaml, judge(yaml.value))
    return mistakes.length > 0 ? { mistakes } : yaml
  } catch (error) {
    if (!(error instanceof YamlRefused)) throw error
    return { mistakes: error.mistakes.map((mistake) => ({ ...mistake, file })) }
  }
}

function loadService(yaml: YamlFile, source: ServiceSource, report: Report): KnownService {
  const file = yaml.value as ServiceFile
  const body = readBodySchema(file, source.root, report)
  for (const [index, code] of file.legalBasis.entries())
    if (!source.legalBases.has(code)) report(['legalBasis', index], `unknown legal basis "${code}"`)
  const lint = { file, report, operations: source.operations, leftOut: source.leftOut, body: body?.paths }
  const checks = lintChecks(lint)
  const calls = lintMandate(lint, lintedCalls(lint, checks))
  lintOrder(file, calls, report)
  lintAnyOf(lint, calls)
  lintDeadline(lint, calls)
  const kept = retentionOf(file, source.retention, report)
  const definition = { ...headOf(file), ...kept, calls: inOrder(calls), checks: checks.map(({ check }) => check) }
  return { definition, readBody: body?.readBody ?? ((given) => given) }
}

function retentionOf(
  { retention: name = STANDARD_CLASS }: ServiceFile,
  classes: RetentionClasses,
  report: Report,
): Pick<Service, 'retention'> {
  if (name === STANDARD_CLASS) return {}
  const found = Object.hasOwn(classes, name) ? classes[name] : undefined
  if (found !== undefined) return { retention: { class: name, ...found } }
  const known = [STANDARD_CLASS, ...Object.keys(classes)].join(', ')
  report(['retention'], `unknown retention class "${name}"; known: ${known}`)
  return {}
}

/** What stands in the file as it is. */
const headOf = (file: ServiceFile): Omit<Service, 'calls' | 'checks' | 'retention'> => ({
  ref: serviceRef(file.id, file.version),
  id: file.id,
  version: file.version,
  title: file.title,
  iisda: file.iisda,
  demonstration: file.demonstration ?? false,
  legalBases: file.legalBasis,
  deadlineMs: file.deadlineMs,
  ...(file.deferMs === undefined ? {} : { deferMs: file.deferMs }),
  applicantSignature: file.applicantSignature ?? 'none',
  ...(file.mandate === undefined ? {} : { mandate: file.mandate }),
  ...(file.hiding === undefined ? {} : { hiding: { always: false, ...file.hiding } }),
  ...(file.anyOf === undefined ? {} : { anyOf: file.anyOf }),
})

function readBodySchema(file: ServiceFile, root: string, report: Report): BodyReader | undefined {
  try {
    return bodyReader(join(root, file.schema))
  } catch (error) {
    report(['schema'], isMissing(error) ? `there is no file ${file.schema}` : reasonOf(error))
    return undefined
  }
}
