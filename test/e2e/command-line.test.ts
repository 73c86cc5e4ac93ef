import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PROBLEMS } from '../../src/problem/codes.ts'
import { Estate, type Serving } from '../support/estate.ts'
import { edno, type Ended, ROOT } from '../support/processes.ts'

const EVIDENCE =
  'answer.xml application.xml broker.crt ca.crt consumer.crt entry.json log.vkey receipt.tlog-proof salts.json'

describe('the command line', function () {
  this.timeout(180_000)
  let estate: Estate
  let serving: Serving
  let onEstate: Record<string, string>
  before(async () => {
    estate = await Estate.make()
    serving = await estate.serve()
    onEstate = { ...estate.variables, EDNO_HTTP_PORT: new URL(serving.url).port }
  })
  after(() => estate.close())

  const here = (name: string): string => join(estate.folder, name)
  const evidence = async (name: string, ...more: string[]): Promise<Ended> =>
    edno(['submit', '--scenario', 'taxi', '--out', here(name), ...more], onEstate)
  /** A copy of a folder of evidence, to spoil. */
  const copyOf = (from: string, to: string): string => {
    cpSync(here(from), here(to), { recursive: true })
    return here(to)
  }

  describe('help and wrong usage', () => {
    it('tells its version', async () => {
      const { status, stdout } = await edno(['--version'])
      assert.equal(status, 0)
      assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
    })

    it('lists every verb, and shows an example for each', async () => {
      const { status, stdout } = await edno(['--help'])
      assert.equal(status, 0)
      const verbs = ['serve', 'simulate', 'demo', 'sign', 'submit', 'verify', 'explain', 'access', 'config']
      const access = [
        'request',
        'list',
        'show',
        'approve',
        'refuse',
        'withdraw',
        'suspend',
        'resume',
        'revoke',
        'export',
      ]
      for (const verb of verbs) assert.match(stdout, new RegExp(`^ {2}${verb}\\b`, 'm'))
      const commands = [
        ...verbs.slice(0, -2).map((verb) => [verb]),
        ...access.map((verb) => ['access', verb]),
        ['config', 'check'],
        ['config', 'show'],
        ['config', 'health'],
      ]
      const helps = await Promise.all(commands.map((command) => edno([...command, '--help'])))
      for (const [place, help] of helps.entries()) {
        assert.equal(help.status, 0)
        assert.match(
          help.stdout,
          new RegExp(`Examples?:\\n.*edno ${commands[place]!.join(' ')}`),
          commands[place]!.join(' '),
        )
      }
    })

    const misuses: readonly (readonly string[])[] = [
      [],
      ['dance'],
      ['config'],
      ['config', 'dance'],
      ['demo', '--scenari', 'taxi'],
      ['demo', '--scenario'],
      ['verify'],
      ['explain', '--consumer', 'troyan'],
      ['simulate', '--port', 'door'],
    ]
    it('exits with 2 and writes nothing to standard output where it is used wrongly', async () => {
      const ended = await Promise.all(misuses.map((args) => edno(args)))
      for (const [place, { status, stdout, stderr }] of ended.entries()) {
        assert.deepEqual([status, stdout], [2, ''], `edno ${misuses[place]!.join(' ')}`)
        assert.match(stderr, /error:|Usage:/)
      }
    })

    it('says one sentence, without a stack, and exits with 2 where what is named is not there, with 1 where edno is not', async () => {
      const known: readonly (readonly [number, readonly string[]])[] = [
        [2, ['demo', '--scenario', 'nothing']],
        [2, ['demo', '--out', join(ROOT, 'package.json')]],
        [2, ['explain', '--consumer', 'troyan', '--service', 'nothing@1']],
        [2, ['explain', '--consumer', 'nobody', '--service', 'taxi-permit@1']],
        [2, ['submit', '--party', 'nobody']],
        [2, ['submit', '--set', 'plate']],
        [2, ['verify', here('nowhere')]],
        [2, ['verify', join(ROOT, 'package.json'), '--broker-certificate', join(ROOT, 'package.json')]],
        [1, ['submit', '--url', 'https://127.0.0.1:1']],
      ]
      const ended = await Promise.all(known.map(([, args]) => edno(args, onEstate)))
      for (const [place, { status, stderr }] of ended.entries()) {
        const [expected, args] = known[place]!
        assert.equal(status, expected, args.join(' '))
        assert.match(stderr, /^edno: .+\n$/, args.join(' '))
      }
    })
  })

  describe('config', () => {
    it('finds no mistake in the shipped configuration, and never shows a secret', async () => {
      const [check, json, show] = await Promise.all([
        edno(['config', 'check'], onEstate),
        edno(['config', 'check', '--json'], onEstate),
        edno(['config', 'show'], { DATABASE_URL: 'postgres://edno:very-secret@127.0.0.1/edno' }),
      ])
      assert.deepEqual([check.status, check.stdout], [0, 'no mistakes\n'])
      assert.deepEqual([json.status, JSON.parse(json.stdout)], [0, { mistakes: [], warnings: [], expiring: [] }])
      assert.equal(show.status, 0)
      assert.doesNotMatch(show.stdout + show.stderr, /very-secret/)
    })

    /** A copy of config/ and the settings that lead to it. */
    const brokenCopy = (name: string, breakIt: (folder: string) => void): Record<string, string> => {
      const folder = here(name)
      cpSync(join(ROOT, 'config'), folder, { recursive: true })
      breakIt(folder)
      const governance = {
        partiesFolder: 'parties',
        grantsFolder: 'grants',
        legalBasesFile: 'legal-bases.yaml',
        servicesFolder: 'services',
      }
      writeFileSync(join(folder, 'operator.json'), JSON.stringify({ governance }))
      return { EDNO_DATA_DIR: estate.folder, EDNO_CONFIG: join(folder, 'operator.json') }
    }
    const edit = (file: string, from: string | RegExp, to: string): void => {
      const text = readFileSync(file, 'utf8')
      assert.notEqual(text.replace(from, to), text, `nothing to break in ${file}`)
      writeFileSync(file, text.replace(from, to))
    }
    const lineOf = (file: string, text: string): number =>
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((line) => line.includes(text)) + 1

    it('names every mistake of a broken governance, with file and line', async () => {
      let grant = ''
      let party = ''
      const variables = brokenCopy('broken-governance', (folder) => {
        grant = join(folder, 'grants', 'troyan-taxi-permit.yaml')
        party = join(folder, 'parties', 'lovech.yaml')
        edit(grant, /consumer: troyan/, 'consumer: atlantis')
        edit(party, /^id: .*$/m, 'id: lovech\ncolour: yellow')
      })
      const { status, stdout } = await edno(['config', 'check'], variables)
      assert.equal(status, 1)
      assert.match(stdout, new RegExp(`troyan-taxi-permit\\.yaml:${lineOf(grant, 'atlantis')}: .*atlantis`))
      assert.match(stdout, new RegExp(`lovech\\.yaml:${lineOf(party, 'colour')}: .*colour`))
      for (const line of stdout.trim().split('\n').slice(0, -1)) assert.match(line, /^\/\S+:\d+: ./)
    })

    it('names the file of the legal bases too, on which all others rest, also where a folder stands in its place', async () => {
      const check = async (name: string, breakIt: (file: string) => void): Promise<Ended> => {
        const variables = brokenCopy(name, (folder) => breakIt(join(folder, 'legal-bases.yaml')))
        return edno(['config', 'check'], variables)
      }
      const [torn, folder] = await Promise.all([
        check('torn-bases', (file) => writeFileSync(file, 'a: [\n')),
        check('bases-in-a-folder', (file) => {
          rmSync(file)
          mkdirSync(file)
        }),
      ])
      assert.deepEqual([torn.status, folder.status], [1, 1])
      assert.match(torn.stdout, /^\S+\/legal-bases\.yaml:2: .*\n1 mistake\n$/)
      assert.match(folder.stdout, /^\S+\/legal-bases\.yaml:1: cannot be read \(EISDIR\)\n1 mistake\n$/)
    })

    it('names every mistake of broken services, with file and line, and does not serve them', async () => {
      let taxi = ''
      let tax = ''
      const variables = brokenCopy('broken-services', (folder) => {
        taxi = join(folder, 'services', 'taxi-permit.yaml')
        tax = join(folder, 'services', 'vehicle-tax.yaml')
        edit(taxi, 'guarantee-fund/motor-insurance@1', 'guarantee-fund/fortune@1')
        edit(tax, 'calls.trader.status == "active"', 'calls.trader.mood == "active"')
      })
      const [check, serve] = await Promise.all([edno(['config', 'check'], variables), edno(['serve'], variables)])
      assert.equal(check.status, 1)
      assert.match(check.stdout, new RegExp(`taxi-permit\\.yaml:${lineOf(taxi, 'fortune')}: .*fortune`))
      assert.match(check.stdout, new RegExp(`vehicle-tax\\.yaml:${lineOf(tax, 'calls.trader.mood')}: .*mood`))
      assert.equal(serve.status, 1)
      assert.match(serve.stderr, /fortune[^]*mood|mood[^]*fortune/)
    })

    it('refuses a misspelt variable', async () => {
      const { status, stderr } = await edno(['config', 'show'], { EDNO_HTTPPORT: '1' })
      assert.equal(status, 1)
      assert.match(stderr, /EDNO_HTTPPORT/)
    })

    it('knows whether the edno of this configuration is ready', async () => {
      const [ready, nobody] = await Promise.all([
        edno(['config', 'health'], onEstate),
        edno(['config', 'health'], { ...onEstate, EDNO_HTTP_PORT: '1' }),
      ])
      assert.deepEqual([ready.status, nobody.status], [0, 1])
    })
  })

  describe('explain', () => {
    const explain = (consumer: string, ...more: string[]): Promise<Ended> =>
      edno(['explain', '--consumer', consumer, '--service', 'taxi-permit@1', ...more])

    it('says what a municipality gets, on which basis, and who agreed, in both languages', async () => {
      const [bg, en, json] = await Promise.all([
        explain('troyan', '--lang', 'bg'),
        explain('troyan', '--lang', 'en'),
        explain('troyan', '--json'),
      ])
      assert.deepEqual([bg.status, en.status, json.status], [0, 0, 0])
      assert.match(bg.stdout, /troyan може да поиска taxi-permit@1/)
      assert.match(en.stdout, /troyan may ask for taxi-permit@1/)
      for (const { stdout } of [bg, en]) {
        assert.match(stdout, /zavp-24a/)
        assert.match(stdout, /vehicle-register\/registration@1: .*\S/)
        assert.doesNotMatch(stdout, /MISSING|НЯМА/)
      }
      assert.equal((JSON.parse(json.stdout) as { allowed: boolean }).allowed, true)
    })

    it('says whose approval is missing, in both languages, and exits with 1', async () => {
      const [bg, en] = await Promise.all([explain('vidin', '--lang', 'bg'), explain('vidin', '--lang', 'en')])
      assert.deepEqual([bg.status, en.status], [1, 1])
      assert.match(bg.stdout, /vidin НЕ може да поиска[^]*access\.not-granted[^]*vehicle-register .*НЯМА съгласие/)
      assert.match(en.stdout, /vidin may NOT ask for[^]*access\.not-granted[^]*vehicle-register .*approval MISSING/)
      assert.match(bg.stdout, /Поискайте съгласието на: .+\(vehicle-register\)/)
      assert.match(en.stdout, /Ask for the approval of: .+\(vehicle-register\)/)
    })

    it('names, where no grant exists, the owners who would have to approve, and promises no fields', async () => {
      const { status, stdout } = await explain('bansko', '--lang', 'en')
      assert.equal(status, 1)
      assert.match(stdout, /No grant exists; these owners would have to approve:/)
      assert.match(stdout, /vehicle-register {2,}\S/)
      assert.doesNotMatch(stdout, /kept|checks only|MISSING|registration@1/)
    })
  })

  describe('sign, submit and verify', () => {
    before(async () => {
      const { status, stderr } = await evidence('kept')
      assert.equal(status, 0, stderr)
    })

    it('keeps nine files that verify, also as sentences in Bulgarian', async () => {
      assert.equal((await readdir(here('kept'))).toSorted().join(' '), EVIDENCE)
      const [bg, json] = await Promise.all([
        edno(['verify', here('kept'), '--lang', 'bg']),
        edno(['verify', here('kept'), '--json']),
      ])
      assert.equal(bg.status, 0)
      assert.match(bg.stdout, /✓ Отговорът е подписан от edno/)
      assert.doesNotMatch(bg.stdout, /✗|\? Няма/)
      assert.match(bg.stdout, /✓ Всичко.*: проверени са 12 от 12\.\n$/)
      const verdict = JSON.parse(json.stdout) as { holds: boolean; missing: string[]; findings: { holds: boolean }[] }
      assert.deepEqual([verdict.holds, verdict.missing], [true, []])
      assert.ok(verdict.findings.length >= 10)
    })

    it('signs, sends and keeps in JSON as in XML: a file is recognised, its evidence verifies, and not when spoilt', async () => {
      const signing = await edno(['sign', '--format', 'jws', '--out', here('signed.jose')], onEstate)
      assert.equal(signing.status, 0, signing.stderr)
      const sent = await edno(['submit', here('signed.jose'), '--out', here('kept-json'), '--lang', 'en'], onEstate)
      assert.equal(sent.status, 0, sent.stderr)
      assert.equal(
        (await readdir(here('kept-json'))).toSorted().join(' '),
        EVIDENCE.replace('answer.xml', 'answer.jose').replace('application.xml', 'application.jose'),
      )
      assert.deepEqual(readFileSync(here('kept-json/application.jose')), readFileSync(here('signed.jose')))
      const verified = await edno(['verify', here('kept-json'), '--lang', 'en'])
      assert.equal(verified.status, 0)
      assert.match(verified.stdout, /12 of 12/)
      const beside = copyOf('kept-json', 'another-application')
      writeFileSync(join(beside, 'application.xml'), readFileSync(here('kept/application.xml')))
      const [chosen, named] = await Promise.all([
        edno(['verify', join(beside, 'answer.jose'), '--lang', 'en']),
        edno(['verify', beside, '--application', join(beside, 'application.xml'), '--lang', 'en']),
      ])
      assert.match(chosen.stdout, /12 of 12/)
      assert.equal(named.status, 1)
      assert.match(
        named.stdout,
        /✗ The answer is NOT to this application\. \(.*another-application\/application\.xml\)/,
      )
      const spoilt = copyOf('kept-json', 'spoilt-json')
      const answer = readFileSync(join(spoilt, 'answer.jose'), 'utf8')
      const [header = '', payload = '', value = ''] = answer.split('.')
      const other = Buffer.from(payload, 'base64url').toString().replace('complete', 'partial')
      writeFileSync(join(spoilt, 'answer.jose'), `${header}.${Buffer.from(other).toString('base64url')}.${value}`)
      assert.equal((await edno(['verify', spoilt])).status, 1)
      const flattened = await edno(['submit', '--format', 'jws-flattened', '--json'], onEstate)
      assert.equal((JSON.parse(flattened.stdout) as { holds: boolean }).holds, true)
    })

    it('signs an application that a running edno answers, and refuses when one letter is changed', async () => {
      const signing = await edno(['sign', '--set', 'vehicle.plate=ОВ0000АК', '--out', here('signed.xml')], onEstate)
      assert.deepEqual([signing.status, signing.stdout], [0, ''])
      const text = readFileSync(here('signed.xml'), 'utf8')
      assert.match(text, /ОВ0000АК/)
      writeFileSync(here('changed.xml'), text.replace('ОВ0000АК', 'ОВ0000АА'))
      const [answered, refused] = await Promise.all([
        edno(['submit', here('signed.xml'), '--json'], onEstate),
        edno(['submit', here('changed.xml'), '--lang', 'bg'], onEstate),
      ])
      assert.equal(answered.status, 0)
      const { answer, holds } = JSON.parse(answered.stdout) as {
        answer: { checks: { id: string; result: string }[] }
        holds: boolean
      }
      assert.equal(holds, true)
      assert.equal(answer.checks.find(({ id }) => id === 'vehicle-inspected')?.result, 'fail')
      assert.equal(refused.status, 1)
      assert.ok(refused.stdout.includes(PROBLEMS['signature.invalid'].bg))
      assert.ok(refused.stdout.includes(PROBLEMS['signature.invalid'].doBg))
    })

    it('says which sentence fails where the answer was changed', async () => {
      const folder = copyOf('kept', 'tampered-answer')
      const answer = join(folder, 'answer.xml')
      writeFileSync(answer, readFileSync(answer, 'utf8').replace('<Result>pass</Result>', '<Result>fail</Result>'))
      const { status, stdout } = await edno(['verify', folder, '--lang', 'en'])
      assert.equal(status, 1)
      assert.match(stdout, /✗ The signature of the answer does NOT match/)
      assert.match(stdout, /✗ The entry does NOT commit to this answer/)
      assert.match(stdout, /✓ The log's checkpoint is signed/)
    })

    it('says which sentence fails where application, entry or head were changed', async () => {
      const spoil = (name: string, file: string, from: string | RegExp, to: string): string => {
        const folder = copyOf('kept', name)
        const text = readFileSync(join(folder, file), 'utf8')
        assert.notEqual(text.replace(from, to), text)
        writeFileSync(join(folder, file), text.replace(from, to))
        return folder
      }
      const cases = [
        [
          spoil('other-application', 'application.xml', 'ТР-ДЕМО', 'ТР-ДРУГА'),
          /✗ The answer is NOT to this application\. \(.*application\.xml\)/,
        ],
        [spoil('other-entry', 'entry.json', '"complete"', '"partial"'), /✗ The entry does NOT stand in the log/],
        [spoil('other-head', 'receipt.tlog-proof', /\n(\d+)\n/, '\n9$1\n'), /✗ The log's checkpoint is NOT signed/],
      ] as const
      const ended = await Promise.all(cases.map(([folder]) => edno(['verify', folder, '--lang', 'en'])))
      for (const [place, { status, stdout }] of ended.entries()) {
        assert.equal(status, 1, stdout)
        assert.match(stdout, cases[place]![1])
        assert.match(stdout, /✗ NOT everything holds: checked \d+ of 12.*\n$/)
      }
    })

    it('says what cannot be known where the receipt or the application is missing', async () => {
      const noReceipt = copyOf('kept', 'no-receipt')
      for (const name of ['receipt.tlog-proof', 'entry.json', 'salts.json']) rmSync(join(noReceipt, name))
      const noApplication = copyOf('kept', 'no-application')
      rmSync(join(noApplication, 'application.xml'))
      const [receipt, application] = await Promise.all([
        edno(['verify', noReceipt, '--lang', 'en']),
        edno(['verify', noApplication, '--lang', 'en']),
      ])
      assert.match(receipt.stdout, /\? There is no receipt: it cannot be said whether the log holds this exchange/)
      assert.match(receipt.stdout, /checked 5 of 12; not checked: the log\.\n$/)
      assert.match(application.stdout, /\? There is no application: it cannot be said what the answer is to/)
    })

    it('does not believe the key that lies beside the evidence where another one is given', async () => {
      const other = here('other.vkey')
      const [name, , key] = readFileSync(join(here('kept'), 'log.vkey'), 'utf8')
        .trim()
        .split('+')
      writeFileSync(other, `${name}+00000000+${key}`)
      const { status } = await edno(['verify', here('kept'), '--log-key', other])
      assert.equal(status, 1)
    })
  })

  describe('demo', () => {
    it('prints exactly one object with the members that scripts read', async () => {
      const { status, stdout, stderr } = await edno(['demo', '--json', '--out', here('demo-evidence')], {
        EDNO_DATA_DIR: estate.folder,
      })
      assert.equal(status, 0, stderr)
      assert.equal(stdout.trim().split('\n').length, 1)
      const told = JSON.parse(stdout) as {
        service: string
        exchangeId: string
        outcomes: Record<string, string>[]
        checks: Record<string, string>[]
        signature: { valid: boolean }
        receipt: { verified: boolean; index: number; treeSize: number }
        elapsedMs: number
      }
      assert.equal(told.service, 'taxi-permit@1')
      assert.match(told.exchangeId, /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
      assert.deepEqual(Object.keys(told.outcomes[0]!), ['call', 'operation', 'registry', 'outcome'])
      assert.equal(told.outcomes.length, 10)
      assert.deepEqual(told.checks[0], { id: 'driver-alive', result: 'pass' })
      assert.deepEqual(told.signature, { valid: true })
      assert.equal(told.receipt.verified, true)
      assert.ok(told.receipt.index < told.receipt.treeSize)
      assert.ok(told.elapsedMs > 0)
      assert.equal((await readdir(here('demo-evidence'))).toSorted().join(' '), EVIDENCE)
      const verified = await edno(['verify', here('demo-evidence'), '--lang', 'en'])
      assert.equal(verified.status, 0)
      assert.doesNotMatch(verified.stdout, /✗|\? There/)
      assert.match(verified.stdout, /✓ Everything.*: checked 12 of 12\.\n$/)
    })

    it('exits with 0 for a refusal that the table expects, and tells it in Bulgarian', async () => {
      mkdirSync(here('demo'), { recursive: true })
      const { status, stdout } = await edno(['demo', '--scenario', 'tampered', '--lang', 'bg'], {
        EDNO_DATA_DIR: estate.folder,
      })
      assert.equal(status, 0)
      assert.match(stdout, /signature\.invalid/)
      assert.ok(stdout.includes(PROBLEMS['signature.invalid'].bg))
    })
  })
})
