import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestApp, testApp } from '../support/app.ts'
import { keysOf } from '../support/caller.ts'
import { personArgument, VALID_PERSON } from '../support/regix.ts'
import { TAXI_PASSED, TAXI_QUESTION } from '../support/taxi-permit.ts'

interface Told {
  readonly ready?: boolean
  readonly error?: string | null
  readonly callId?: string | null
  readonly response?: string | null
  readonly signed?: boolean
  readonly matrix?: readonly (readonly [string, boolean])[]
  readonly fault?: string
}

interface Asked {
  readonly entry: 'v1' | 'v2'
  readonly operation?: string
  readonly argument?: string
  readonly signResult?: boolean
  readonly returnAccessMatrix?: boolean
  readonly lawReason?: string
}

const here = (name: string): string => join(import.meta.dirname, name)
const TAXI_PERMIT = 'Edno.Composite.taxi-permit'
const checksIn = (answer: string): string[] =>
  [...answer.matchAll(/<Check>.*?<Id>([^<]+)<\/Id>.*?<Result>(\w+)<\/Result>.*?<\/Check>/gs)].map(
    ([, id, result]) => `${id} ${result}`,
  )
const runs = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0

/** Software that municipalities make their clients with; each is a process of its own that has only edno's WSDL. */
const CLIENTS = [
  {
    name: 'zeep (Python)',
    there: () => runs('/usr/bin/python3', '-c', 'import zeep'),
    command: ['/usr/bin/python3', here('regix-zeep.py')],
  },
  {
    name: 'SoapClient (PHP)',
    there: () => runs('php', '-r', 'exit(class_exists("SoapClient") ? 0 : 1);'),
    command: ['php', here('regix-client.php')],
  },
  { name: 'soap (npm)', there: () => true, command: [process.execPath, here('regix-node.mjs')] },
] as const

describe('the RegiX door by clients that others made', function () {
  this.timeout(180_000)
  let edno: TestApp
  let folder: string
  before(async () => {
    edno = await testApp()
    folder = mkdtempSync(join(tmpdir(), 'edno-clients-'))
    const { ca, tls } = keysOf(edno, 'troyan')
    writeFileSync(join(folder, 'ca.crt'), ca)
    writeFileSync(join(folder, 'client.crt'), tls.certificate)
    writeFileSync(join(folder, 'client.key'), tls.key, { mode: 0o600 })
  })
  after(async () => {
    await edno.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const WSDL = {
    v1: '/RegiX/RegiXEntryPoint.svc?singleWsdl',
    v2: '/RegiX/RegiXEntryPointV2.svc/basic?wsdl',
  }
  const ask = async (command: readonly string[], asked: Asked): Promise<Told> => {
    const [program = '', ...args] = command
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const [output, errors] = [text(child.stdout), text(child.stderr)]
    child.stdin.end(
      JSON.stringify({
        ca: join(folder, 'ca.crt'),
        certificate: join(folder, 'client.crt'),
        key: join(folder, 'client.key'),
        wsdl: `${edno.app.url}${WSDL[asked.entry]}`,
        entry: asked.entry,
        operation: asked.operation ?? VALID_PERSON,
        argument: asked.argument ?? personArgument('8427029967'),
        context: {
          ServiceURI: 'ТР-ДЕМО-1',
          ServiceType: 'За административна услуга',
          LawReason: asked.lawReason ?? 'zavp-24a',
        },
        signResult: asked.signResult ?? false,
        returnAccessMatrix: asked.returnAccessMatrix ?? false,
      }),
    )
    const told = await output
    assert.match(told, /^\{/, await errors)
    return JSON.parse(told) as Told
  }

  for (const { name, there, command } of CLIENTS)
    for (const entry of ['v1', 'v2'] as const)
      describe(`${name}, ${entry.toUpperCase()}`, () => {
        before(function () {
          if (!there()) {
            this.test!.title = `${name} is not installed`
            this.skip()
          }
        })

        it('understands an unsigned answer', async () => {
          const told = await ask(command, { entry })
          assert.equal(told.ready, true, JSON.stringify(told))
          assert.equal(told.error ?? null, null)
          assert.match(told.callId ?? '', /^[1-9]\d*$/)
          assert.match(told.response ?? '', /<(?:\w+:)?FirstName[^>]*>Иван</)
          assert.equal(told.signed, false)
        })

        it('understands a signed answer with its access matrix', async () => {
          const told = await ask(command, { entry, signResult: true, returnAccessMatrix: true })
          assert.equal(told.ready, true, JSON.stringify(told))
          assert.equal(told.signed, true)
          const access = Object.fromEntries(told.matrix ?? [])
          assert.equal(access['FirstName'], true)
          assert.equal(access['DeathDate'], false)
        })

        it('understands the answer of a composite service: one question, eleven checks', async () => {
          const told = await ask(command, { entry, operation: TAXI_PERMIT, argument: TAXI_QUESTION, signResult: true })
          assert.equal(told.ready, true, JSON.stringify(told))
          assert.equal(told.error ?? null, null)
          assert.equal(told.signed, true)
          assert.match(told.response ?? '', /^<Answer xmlns="urn:edno:exchange:1"/)
          assert.match(told.response ?? '', /<Status>complete<\/Status>/)
          assert.deepEqual(checksIn(told.response ?? ''), TAXI_PASSED)
        })

        it('understands that a composite question is not one', async () => {
          const argument = TAXI_QUESTION.replace('<vehicle><plate>ОВ0000АА</plate></vehicle>', '')
          const told = await ask(command, { entry, operation: TAXI_PERMIT, argument })
          assert.match(told.fault ?? JSON.stringify(told), /\[service\.input\]/)
        })

        it('understands a refusal', async () => {
          const told = await ask(command, { entry, lawReason: 'без основание' })
          assert.equal(told.ready, false, JSON.stringify(told))
          assert.match(told.error ?? '', /^Access denied! \[access\.legal-basis\]/)
        })

        it('understands a fault', async () => {
          const told = await ask(command, { entry, operation: 'TechnoLogica.RegiX.X.APIService.IX.Y' })
          assert.match(told.fault ?? '', /Element request\.Operation is invalid\..*\[regix\.operation-unknown\]/)
        })
      })
})
