import assert from 'node:assert/strict'
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openFolder, testDatabaseUrl } from './database.ts'
import { ROOT, type Started, startEdno, type Variables } from './processes.ts'

const GOVERNANCE = {
  partiesFolder: 'config/parties',
  grantsFolder: 'config/grants',
  servicesFolder: 'config/services',
  legalBasesFile: 'config/legal-bases.yaml',
}

/** A real edno that serves by governance files of its own, as its operator changes them while it runs. */
export class GovernedEdno {
  readonly folder: string
  /** By which a command finds it. */
  readonly variables: Variables
  readonly serving: Started

  private constructor(folder: string, variables: Variables, serving: Started) {
    this.folder = folder
    this.variables = variables
    this.serving = serving
  }

  static async start(more: (folder: string) => Variables = () => ({})): Promise<GovernedEdno> {
    const folder = await openFolder()
    for (const name of ['parties', 'grants', 'services'])
      cpSync(join(ROOT, 'config', name), join(folder, 'config', name), { recursive: true })
    cpSync(join(ROOT, 'config', 'legal-bases.yaml'), join(folder, GOVERNANCE.legalBasesFile))
    configureIn(folder, {})
    mkdirSync(join(folder, 'data'))
    const variables = {
      EDNO_DATA_DIR: join(folder, 'data'),
      EDNO_CONFIG: join(folder, 'config.json'),
      EDNO_HTTP_PORT: '0',
      DATABASE_URL: await testDatabaseUrl(),
      ...more(folder),
    }
    const serving = startEdno(['serve'], variables)
    await serving.said('edno listens on')
    const [, port = ''] = /https:\/\/127\.0\.0\.1:(\d+)/.exec(serving.stdout()) ?? []
    return new GovernedEdno(folder, { ...variables, EDNO_HTTP_PORT: port }, serving)
  }

  place(...names: string[]): string {
    return join(this.folder, ...names)
  }

  /** What is plugged in, and how; besides the files of governance. */
  configure(plugged: object): void {
    configureIn(this.folder, plugged)
  }

  /** Puts in place what `edno adapter new` wrote for the operator; its scenarios lie in `scenarios.yaml` then. */
  govern(name: string, operator: string, change: (service: string) => string = (service) => service): void {
    const read = (file: string): string => readFileSync(join(operator, file), 'utf8')
    const scenarios = read('scenarios.yaml')
    const body = scenarios.replace(/person: { egn: ('\d+') }/, 'owner: { idType: egn, identifier: $1 }')
    assert.notEqual(body, scenarios)
    // Schemas of services stand in edno's own tree, which a test leaves alone: one that is there already serves.
    const service = read('service.yaml')
      .replace(/^schema: .*$/m, 'schema: schemas/services/vehicle-tax.v1.schema.json')
      .replace('application.person.egn', 'application.owner.identifier')
    writeFileSync(this.place('scenarios.yaml'), body)
    writeFileSync(this.place('config', 'parties', `${name}-owner.yaml`), read('party.yaml'))
    writeFileSync(this.place('config', 'grants', `troyan-${name}.yaml`), read('grant.yaml'))
    appendFileSync(this.place(GOVERNANCE.legalBasesFile), read('legal-basis.yaml'))
    writeFileSync(this.place('config', 'services', `${name}.yaml`), change(service))
  }

  said(): string {
    return this.serving.stdout() + this.serving.stderr()
  }

  saidTimes(text: string): number {
    return this.said().split(text).length - 1
  }

  async close(): Promise<void> {
    this.serving.kill('SIGTERM')
    await this.serving.ended
    await rm(this.folder, { recursive: true, force: true })
  }
}

const configureIn = (folder: string, plugged: object): void =>
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ governance: GOVERNANCE, ...plugged }))
