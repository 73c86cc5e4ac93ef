import { loadRules } from '../app/rules.ts'
import { partyId, type ServiceRef } from '../model/ids.ts'
import { systemClock } from '../ops/clock.ts'
import { type Explanation, type ExplainedRegistry, explain as explained } from '../policy/explain.ts'
import { PROBLEMS } from '../problem/codes.ts'
import { asParty, type CallerOptions } from './access/caller.ts'
import { fill } from './demo/words.ts'
import { type Output, output } from './output.ts'
import { settings } from './settings.ts'
import { WrongUsage } from './wrong-usage.ts'

export interface ExplainOptions extends Omit<CallerOptions, 'party'> {
  /** Ask the running edno as this party, which knows agreements; without it the files of this folder are read. */
  readonly party?: string
  readonly consumer?: string
  readonly service: string
}

const WORDS = {
  allowed: { bg: 'може да поиска', en: 'may ask for' },
  denied: { bg: 'НЕ може да поиска', en: 'may NOT ask for' },
  grant: { bg: 'разрешение', en: 'grant' },
  until: { bg: 'до', en: 'until' },
  basis: { bg: 'на основание', en: 'on the basis of' },
  approved: { bg: 'съгласие от {} ({})', en: 'approved on {} ({})' },
  missing: { bg: 'НЯМА съгласие', en: 'approval MISSING' },
  checksOnly: { bg: 'само проверки', en: 'checks only' },
  kept: { bg: 'отговорът се пази {} часа', en: 'the answer is kept for {} hours' },
  filesOnly: {
    bg: '(само файловете в config/; споразуменията не са гледани: за тях попитайте работещия edno с --party)',
    en: '(files of config/ only; agreements are not looked at: for them ask the running edno with --party)',
  },
  noGrant: {
    bg: 'Няма разрешение; съгласие би трябвало да дадат:',
    en: 'No grant exists; these owners would have to approve:',
  },
  askFor: { bg: 'Поискайте съгласието на: {}', en: 'Ask for the approval of: {}' },
} as const

/** Says what a consumer would get; false where it would be refused. */
export async function explain(options: ExplainOptions): Promise<boolean> {
  const { party, consumer, service } = options
  if (party === undefined) {
    const out = output(options.lang)
    const allowed = tell(await fromFiles(options), out, options.json === true)
    if (options.json !== true) out.line(`\n${out.text(WORDS.filesOnly)}`)
    return allowed
  }
  return asParty({ ...options, party }, async ({ client, out, json }) => {
    const question = { service, ...(consumer === undefined ? {} : { consumer }) }
    return tell((await client.explain(question)) as unknown as Explanation, out, json)
  })
}

function tell(explanation: Explanation, out: Output, json: boolean): boolean {
  if (json) out.json(explanation)
  else print(explanation, out)
  return explanation.allowed
}

async function fromFiles({ consumer, service: ref }: ExplainOptions): Promise<Explanation> {
  if (consumer === undefined) throw new WrongUsage('say --consumer PARTY, or --party PARTY to ask a running edno')
  const config = settings()
  const { catalogue, governance } = await loadRules(config)
  const service = catalogue.services.get(ref as ServiceRef)
  if (service === undefined)
    throw new WrongUsage(`there is no service ${ref}; known: ${[...catalogue.services.keys()].join(', ')}`)
  if (!governance.parties.has(partyId(consumer)))
    throw new WrongUsage(`there is no party ${consumer}; known: ${[...governance.parties.keys()].join(', ')}`)
  return explained(governance, {
    consumer: partyId(consumer),
    service: service.definition,
    at: systemClock(),
    answerKeptHours: config.retention.answerHours,
  })
}

function print(explanation: Explanation, out: Output): void {
  const { allowed, refusal, grant } = explanation
  const verb = allowed ? out.good(out.text(WORDS.allowed)) : out.bad(out.text(WORDS.denied))
  out.line(`${explanation.consumer} ${verb} ${explanation.service}`)
  if (refusal !== undefined) {
    const row = PROBLEMS[refusal.code]
    out.line(`  ${row[out.language]} (${refusal.code}): ${refusal.detail}`)
    if (refusal.code !== 'access.not-granted') out.line(`  ${out.language === 'bg' ? row.doBg : row.doEn}`)
  }
  if (grant === undefined) {
    if (refusal?.code === 'access.not-granted') printOwners(explanation, out)
    return
  }
  printGranted(explanation, grant, out)
}

/** There is nothing to look up: who would have to agree is all that can be said. */
function printOwners({ registries }: Explanation, out: Output): void {
  out.line(`  ${out.text(WORDS.noGrant)}`)
  for (const { registry, owner } of registries)
    out.line(`    ${registry.padEnd(22)}  ${owner === undefined ? '' : out.text(owner.name)}`)
}

function printGranted(explanation: Explanation, grant: NonNullable<Explanation['grant']>, out: Output): void {
  const lacking = explanation.registries.filter(({ approval }) => approval === undefined)
  if (lacking.length > 0) {
    const owners = lacking.map(
      ({ registry, owner }) => `${owner === undefined ? '?' : out.text(owner.name)} (${registry})`,
    )
    out.line(`  ${fill(out.text(WORDS.askFor), owners.join(', '))}`)
  }
  out.line(`  ${out.text(WORDS.grant)} ${grant.id}, ${out.text(WORDS.until)} ${dateOf(grant.validUntil, out)}`)
  for (const basis of explanation.legalBases)
    out.line(`  ${out.text(WORDS.basis)} ${basis.code}: ${out.text(basis.text)}`)
  for (const registry of explanation.registries) printRegistry(registry, out)
  if (explanation.allowed) out.line(`\n  ${fill(out.text(WORDS.kept), explanation.answerKeptHours)}`)
}

/** `2024-12-02`, which a Bulgarian writes „2.12.2024 г.“ */
function dateOf(date: string, out: Output): string {
  const [year, month, day] = date.split('-').map(Number)
  return out.language === 'bg' ? `${day}.${month}.${year} г.` : date
}

function printRegistry({ registry, owner, approval, calls }: ExplainedRegistry, out: Output): void {
  const agreed =
    approval === undefined
      ? out.bad(out.text(WORDS.missing))
      : fill(out.text(WORDS.approved), dateOf(approval.on, out), approval.reference)
  out.line(`\n  ${out.strong(registry)}  ${owner === undefined ? '' : out.text(owner.name)}: ${agreed}`)
  for (const call of calls) {
    const fields = call.fields.length === 0 ? out.text(WORDS.checksOnly) : call.fields.join(', ')
    out.line(`    ${call.call.padEnd(20)} ${call.operation}: ${fields}`)
  }
}
