import type { LocalisedText } from '../model/localised.ts'
import type { AnyOf, ApplicantSignature, Hiding, Mandate, Need } from '../model/service.ts'
import type { LocatedMistake, YamlFile } from '../schema/read-yaml.ts'

/** A service file as its schema lets it be (`schemas/service.v1.schema.json`). */
export interface ServiceFile {
  readonly id: string
  readonly version: number
  readonly title: LocalisedText
  readonly iisda: number | null
  readonly demonstration?: boolean
  readonly schema: string
  readonly legalBasis: readonly string[]
  readonly deadlineMs: number
  readonly deferMs?: number
  readonly applicantSignature?: ApplicantSignature
  readonly mandate?: Mandate
  readonly hiding?: Pick<Hiding, 'days'> & Partial<Hiding>
  /** Name of a class. */
  readonly retention?: string
  readonly calls: Readonly<Record<string, CallFile>>
  readonly anyOf?: readonly AnyOf[]
  readonly checks: Readonly<Record<string, CheckFile>>
}

export interface CallFile {
  readonly operation: string
  readonly need?: Need
  readonly input: Readonly<Record<string, string>>
  readonly when?: string
  readonly forEach?: string
}

export interface CheckFile {
  readonly title: LocalisedText
  readonly expr: string
}

export type FilePath = readonly (string | number)[]

/** Notes a mistake at the place in the file. */
export type Report = (path: FilePath, message: string) => void

export function reporter(yaml: YamlFile): { readonly report: Report; readonly found: readonly LocatedMistake[] } {
  const found: LocatedMistake[] = []
  const report: Report = (path, message) => {
    found.push({ file: yaml.file, line: yaml.lineOf(path), message: `${path.join('.')}: ${message}` })
  }
  return { report, found }
}
