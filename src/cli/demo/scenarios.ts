import type { Applicant } from '../../model/application.ts'
import type { Json, JsonObject } from '../../model/json.ts'
import type { LocalisedText } from '../../model/localised.ts'
import { readYaml } from '../../schema/read-yaml.ts'

/** What must come of a scenario: an answer with these outcomes and checks, or a refusal with this code. */
export type Expectation =
  | {
      readonly kind: 'answer'
      readonly status: 'complete' | 'partial' | 'refused'
      readonly outcomes: Readonly<Record<string, string>>
      readonly checks: Readonly<Record<string, string>>
      /** Call → problem code of its part. */
      readonly problems: Readonly<Record<string, string>>
    }
  | { readonly kind: 'refusal'; readonly code: string }

export interface Scenario {
  readonly name: string
  readonly title: LocalisedText
  readonly party: string
  readonly service: { readonly id: string; readonly version: number }
  readonly legalBasis: string
  readonly case: string
  readonly applicant: Applicant
  readonly body: JsonObject
  /** True where one letter is changed after signing. */
  readonly tamper: boolean
  /** A registry that hangs until the caller was told to come later; in the demonstration only. */
  readonly slow?: string
  readonly expect: Expectation
}

interface ApplicationRow {
  readonly legalBasis: string
  readonly case: string
  readonly applicant: Applicant
  readonly body: JsonObject
  readonly outcomes: Record<string, string>
  readonly checks: Record<string, string>
}

interface ScenarioRow {
  readonly name: string
  readonly application: string
  readonly title: LocalisedText
  readonly party?: string
  readonly legalBasis?: string
  readonly body?: Record<string, string>
  readonly tamper?: boolean
  readonly slow?: string
  readonly answer?: 'complete' | 'partial' | 'refused'
  readonly refusal?: string
  readonly outcomes?: Record<string, string>
  readonly checks?: Record<string, string>
  readonly problems?: Record<string, string>
}

interface ScenarioFile {
  readonly applications: Record<string, ApplicationRow>
  readonly scenarios: readonly ScenarioRow[]
}

/** The table `config/demo/scenarios.yaml`, each scenario with all it needs. */
export function loadScenarios(file: string): Scenario[] {
  const table = readYaml(file).value as ScenarioFile
  return table.scenarios.map((row) => {
    const application = table.applications[row.application]
    if (application === undefined) throw new Error(`${file}: ${row.name} names no application of the table`)
    return scenarioOf(row, application)
  })
}

function scenarioOf(row: ScenarioRow, application: ApplicationRow): Scenario {
  const [id = '', version = ''] = row.application.split('@')
  return {
    name: row.name,
    title: row.title,
    party: row.party ?? 'troyan',
    service: { id, version: Number(version) },
    legalBasis: row.legalBasis ?? application.legalBasis,
    case: application.case,
    applicant: application.applicant,
    body: withValues(application.body, row.body ?? {}),
    tamper: row.tamper ?? false,
    ...(row.slow === undefined ? {} : { slow: row.slow }),
    expect: expectationOf(row, application),
  }
}

function expectationOf(row: ScenarioRow, application: ApplicationRow): Expectation {
  if (row.refusal !== undefined) return { kind: 'refusal', code: row.refusal }
  return {
    kind: 'answer',
    status: row.answer ?? 'complete',
    outcomes: { ...application.outcomes, ...row.outcomes },
    checks: { ...application.checks, ...row.checks },
    problems: row.problems ?? {},
  }
}

/** `{ 'vehicle.plate': 'ОВ0000АК' }` set into a copy of the body. */
export function withValues(body: JsonObject, values: Readonly<Record<string, string>>): JsonObject {
  return Object.entries(values).reduce<JsonObject>((made, [path, value]) => setAt(made, path.split('.'), value), body)
}

function setAt(object: JsonObject, [member = '', ...rest]: readonly string[], value: string): JsonObject {
  if (rest.length === 0) return { ...object, [member]: value }
  const inner: Json | undefined = object[member]
  return { ...object, [member]: setAt(isObject(inner) ? inner : {}, rest, value) }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
