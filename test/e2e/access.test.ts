import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type AccessClient, accessClient, type ActResult, Refused } from '../../src/client/access.ts'
import { connect } from '../../src/client/connect.ts'
import { actOn } from '../../src/client/compose-agreements.ts'
import type { ActKind, AgreementStateName } from '../../src/model/agreement.ts'
import type { AgreementView } from '../../src/model/agreement-view.ts'
import { partyId } from '../../src/model/ids.ts'
import { signAct } from '../../src/signature/sign-act.ts'
import { Estate, type Serving, until } from '../support/estate.ts'
import { edno, type Ended } from '../support/processes.ts'
import { BASIC, envelopeOf, textIn } from '../support/regix.ts'

const OWNERS = {
  'civil-registry': 'grao',
  'commercial-register': 'av',
  'criminal-records': 'mp',
  'guarantee-fund': 'gf',
  'maritime-registry': 'iama',
  'public-debts': 'nap',
  'transport-licensing': 'iaaa',
  'vehicle-register': 'mvr',
} as const
const WHY = 'Which officials may ask about a citizen?'
const WITHIN_MS = 1000

/** Nobody may ask anything that was not agreed to; two processes serve on one database. */
describe('access is an agreement: the story of Троян', function () {
  this.timeout(240_000)
  let estate: Estate
  let one: Serving
  let other: Serving
  const clients: AccessClient[] = []
  /** For each change: how long after it a question was begun to which it was not known yet, less what the quickest question took. */
  const delays: number[] = []
  before(async () => {
    estate = await Estate.make({ settings: { access: { grantsFrom: 'agreements' } } })
    one = await estate.serve()
    other = await estate.serve({ DATABASE_URL: await estate.databaseUrl() })
  })
  after(async () => {
    for (const client of clients) client.close()
    await estate.close()
  })

  const access = (party: string, at = one): AccessClient => {
    const keys = estate.keysOf(party)
    const client = accessClient({ url: at.url, ca: keys.ca, ...keys.tls })
    clients.push(client)
    return client
  }
  const cli = (verb: string, party: string, ...more: string[]): Promise<Ended> =>
    edno(['access', verb, '--party', party, '--url', one.url, ...more], estate.variables)
  const done = async (verb: string, party: string, ...more: string[]): Promise<string> => {
    const { status, stdout, stderr } = await cli(verb, party, ...more)
    assert.equal(status, 0, `${verb} ${party}: ${stdout}${stderr}`)
    return stdout
  }
  const listed = (filter: Parameters<AccessClient['list']>[0], party = 'troyan'): Promise<readonly AgreementView[]> =>
    access(party).list(filter)
  const theOne = async (filter: Parameters<AccessClient['list']>[0]): Promise<AgreementView> => {
    const [found, ...others] = await listed(filter)
    assert.ok(found !== undefined && others.length === 0, JSON.stringify(filter))
    return found
  }
  const declare = async (
    agreement: AgreementView,
    act: ActKind,
    by: string,
    { signer = by, sender = by, reason = WHY } = {},
  ): Promise<ActResult | undefined> => {
    const { seal } = estate.keysOf(signer)
    const declared = actOn(agreement, { act, by: partyId(by), reason }, new Date())
    const [result] = await access(sender).act([
      signAct(declared, { keyPem: seal.key, certificatePem: seal.certificate }),
    ])
    return result
  }
  const codeOf = (result: ActResult | undefined): string | undefined =>
    result !== undefined && 'problem' in result ? result.problem.code : undefined
  const now = (result: ActResult | undefined): AgreementStateName | undefined =>
    result !== undefined && 'agreement' in result ? result.agreement.state.name : undefined
  /** `complete`, or the code and the detail of the refusal. */
  const asked = async (serving: Serving): Promise<string> => {
    const reply = await estate.client(serving.url).send(estate.sign('vehicle-tax').bytes)
    return reply.kind === 'answer' ? String(reply.status) : `${reply.problem.code}: ${reply.problem.detail}`
  }
  const soon = async (serving: Serving, expected: RegExp, since: number): Promise<void> => {
    for (let still = 0, took = Number.POSITIVE_INFINITY; ; ) {
      const begun = Date.now()
      const said = await asked(serving)
      took = Math.min(took, Date.now() - begun)
      if (expected.test(said)) {
        delays.push(still - took)
        return
      }
      still = begun - since
      assert.ok(still < 60 * WITHIN_MS, `after ${still} ms still ${said}`)
      await wait(50)
    }
  }

  it('Троян asks for every registry and every service at once; nothing may be asked before an owner agrees', async () => {
    const said = await done(
      'request',
      'troyan',
      '--all-services',
      '--all-fields',
      '--until',
      '2099-12-31',
      '--lang',
      'bg',
    )
    assert.match(said, /troyan поиска достъп: 14 споразумения чакат собствениците/)
    assert.match(said, /maritime-registry\/vessels-by-owner@1: \w+/)
    assert.match(said, /Всеки собственик решава с:\n/)
    const commands = Object.entries(OWNERS).map(([id, owner]) => `approve --party ${owner} --all --registry ${id}`)
    for (const command of commands) assert.equal(said.split(`  npx edno access ${command}\n`).length, 2, command)
    const agreements = await listed({ state: 'proposed' })
    assert.deepEqual([...new Set(agreements.map(({ content }) => content.registry))].toSorted(), Object.keys(OWNERS))
    assert.match(await asked(one), /^access.not-granted: .*waits for iama/)
  })

  it('each owner sees what is asked of its registries, and of no other; another town sees nothing', async () => {
    for (const owner of Object.values(OWNERS)) {
      const seen = await listed({}, owner)
      assert.ok(seen.length > 0)
      for (const { content } of seen) assert.equal(content.provider, owner)
    }
    assert.deepEqual(await listed({}, 'vidin'), [])
    for (const all of ['edno-operator', 'audit-office']) assert.equal((await listed({}, all)).length, 14)
    const ours = await theOne({ registry: 'guarantee-fund' })
    await assert.rejects(access('iama').find(ours.digest), (error) => isRefused(error, 'agreement.unknown'))
  })

  it('seven owners approve all that waits for them; the maritime owner refuses with a reason, which Троян is told', async () => {
    const others = Object.entries(OWNERS).filter(([, owner]) => owner !== 'iama')
    const shown = await Promise.all(
      others.map(([registry, owner]) => done('approve', owner, '--all', '--registry', registry, '--yes')),
    )
    const fields = /^ {4}civil-registry\/permanent-address@1: \w+.*$/m
    assert.ok(
      shown.some((said) => fields.test(said.slice(0, said.indexOf('✓')))),
      'an owner sees the fields first',
    )
    const boats = await theOne({ registry: 'maritime-registry', service: 'vehicle-tax@1' })
    const said = await done('refuse', 'iama', boats.digest.slice(0, 10), '--reason', WHY)
    assert.match(said, /iama refused [0-9a-f]{12}: now refused/)
    // Effective in every process, each of which looks by itself.
    const told = async (by: Serving): Promise<boolean> => (await asked(by)).includes('refused by iama')
    await until('both processes know', async () => (await told(one)) && (await told(other)))
    assert.equal(await asked(one), await asked(other))
    assert.match(await asked(one), /^access.not-granted: .*maritime-registry.*refused by iama: Which officials may ask/)
    const explained = await edno(
      ['explain', '--party', 'troyan', '--service', 'vehicle-tax@1', '--url', one.url],
      estate.variables,
    )
    assert.equal(explained.status, 1)
    assert.match(explained.stdout, /refused by iama: Which officials may ask/)
    assert.match(explained.stdout, /maritime-registry .*MISSING/)
  })

  it('Троян is refused the fields of a criminal record: of that only checks leave, whoever would agree', async () => {
    const conviction = 'criminal-records/conviction@1'
    const [of] = await listed({ registry: 'criminal-records' })
    assert.deepEqual(
      of?.content.operations.map(({ operation, fields }) => [operation, fields]),
      [[conviction, []]],
    )
    const wishes = [
      '--service',
      'taxi-permit@1',
      '--registry',
      'criminal-records',
      '--fields',
      `${conviction}=convicted`,
    ]
    const { status, stdout, stderr } = await cli('request', 'troyan', ...wishes)
    assert.equal(status, 1, stdout)
    assert.match(
      stdout + stderr,
      /agreement\.content, HTTP 422\)\s+\/operations\/0\/fields names some: .* disclosed as a check only/,
    )
    const alone = await cli('request', 'troyan', '--service', 'regix-criminal-records-conviction@1', '--all-fields')
    assert.equal(alone.status, 2, alone.stdout)
    assert.match(alone.stderr, /there is no service regix-criminal-records-conviction@1/)
    assert.equal((await listed({ registry: 'criminal-records' })).length, 1)
  })

  it('Троян asks again, the owner approves the second request, and within a second the exchange runs in both processes', async () => {
    const only = ['--registry', 'maritime-registry', '--official', 'главен специалист']
    const asks = await done('request', 'troyan', '--service', 'vehicle-tax@1', '--quota', '1000', ...only)
    assert.match(asks, /1 agreement waits for its owner/)
    assert.match(asks, /maritime-registry\/vessels-by-owner@1: checks only\n.*\n.*\n.*officials: главен специалист/)
    assert.match(asks, /No fields were asked for/)
    const again = await theOne({ registry: 'maritime-registry', state: 'proposed', service: 'vehicle-tax@1' })
    assert.deepEqual(
      again.content.operations.map(({ fields }) => fields),
      [[]],
    )
    const shown = await done('approve', 'iama', again.digest.slice(0, 8))
    const before = shown.slice(0, shown.indexOf('✓'))
    for (const said of [
      /vessels-by-owner@1: checks only/,
      /legal bases: \S+/,
      /officials: главен/,
      /questions a day: 1000/,
    ])
      assert.match(before, said)
    const since = Date.now()
    await soon(other, /^200$/, since)
    assert.equal(await asked(one), '200')
  })

  it('the owner suspends, which the other process knows within a second, and resumes; an operator lifts only its own', async () => {
    const boats = await theOne({ registry: 'maritime-registry', state: 'valid', service: 'vehicle-tax@1' })
    assert.equal(now(await declare(boats, 'suspend', 'iama')), 'suspended')
    await soon(other, /^access.not-granted: .*suspended by iama/, Date.now())
    assert.match(await asked(one), /suspended by iama/)
    assert.equal(now(await declare(boats, 'suspend', 'edno-operator')), 'suspended')
    assert.equal(codeOf(await declare(boats, 'resume', 'troyan')), 'agreement.act-refused')
    assert.equal(now(await declare(boats, 'resume', 'edno-operator')), 'suspended')
    assert.equal(now(await declare(boats, 'resume', 'iama')), 'valid')
    await soon(other, /^200$/, Date.now())
  })

  it('nobody agrees, or ends an agreement, in the name of another', async () => {
    const [taxi] = await listed({ registry: 'maritime-registry', state: 'proposed' })
    assert.ok(taxi)
    assert.equal(codeOf(await declare(taxi, 'accept', 'edno-operator')), 'agreement.act-refused')
    const forged = { signer: 'edno-operator', sender: 'edno-operator' }
    assert.equal(codeOf(await declare(taxi, 'accept', 'iama', forged)), 'signature.party-mismatch')
    assert.equal(codeOf(await declare(taxi, 'accept', 'iama', { signer: 'troyan' })), 'agreement.not-a-side')
    assert.equal(codeOf(await declare(taxi, 'accept', 'iama', { sender: 'troyan' })), 'signature.party-mismatch')
    assert.equal(codeOf(await declare(taxi, 'accept', 'grao')), 'agreement.unknown')
    assert.equal((await access('troyan').find(taxi.digest)).state.name, 'proposed')
  })

  it('a revoked agreement stays revoked, and the answer to many acts says of each what became of it', async () => {
    const boats = await theOne({ registry: 'maritime-registry', state: 'valid', service: 'vehicle-tax@1' })
    const { status, stdout } = await cli('revoke', 'iama', boats.digest, '--reason', WHY, '--json')
    assert.equal(status, 0, stdout)
    await soon(other, /^access.not-granted: .*revoked by iama/, Date.now())
    const [taxi] = await listed({ registry: 'maritime-registry', state: 'proposed' })
    const resumed = await cli('resume', 'iama', boats.digest, taxi?.digest ?? '', '--json')
    assert.equal(resumed.status, 1)
    const { results } = JSON.parse(resumed.stdout) as { results: ActResult[] }
    assert.deepEqual(results.map(codeOf), ['agreement.act-refused', 'agreement.act-refused'])
    const kept = await access('troyan').find(boats.digest)
    assert.deepEqual(
      [kept.state.name, kept.acts.map(({ act, by }) => `${by} ${act}`)],
      [
        'revoked',
        [
          'troyan accept',
          'iama accept',
          'iama suspend',
          'edno-operator suspend',
          'edno-operator resume',
          'iama resume',
          'iama revoke',
        ],
      ],
    )
  })

  it('each of these was known to the other process within a second', () => {
    // Some of them may have waited for the processor.
    assert.ok(delays.toSorted((a, b) => a - b)[2]! < WITHIN_MS, delays.join())
  })

  it('what is in force can be written as files of config/grants, which edno reads', async () => {
    const folder = join(estate.folder, 'grants')
    await done('export', 'audit-office', '--out', folder)
    assert.deepEqual(readdirSync(folder).toSorted(), [
      'troyan-taxi-permit-v1.yaml',
      'troyan-vehicle-tax-v1.yaml',
      'troyan-water-taxi-permit-v1.yaml',
    ])
    assert.doesNotMatch(readFileSync(join(folder, 'troyan-vehicle-tax-v1.yaml'), 'utf8'), /maritime-registry: *\n? *by/)
    const config = JSON.parse(readFileSync(join(estate.folder, 'config.json'), 'utf8')) as { governance: object }
    const changed = join(estate.folder, 'exported.json')
    writeFileSync(changed, JSON.stringify({ ...config, governance: { ...config.governance, grantsFolder: folder } }))
    const check = await edno(['config', 'check'], { ...estate.variables, EDNO_CONFIG: changed })
    assert.equal(check.status, 0, check.stdout + check.stderr)
  })

  it('a question of RegiX is answered by what the command line asked for: it binds the key of the connection too', async () => {
    const single = ['--service', 'regix-civil-registry-valid-person@1', '--legal-basis', 'zavp-24a']
    const mistaken = await cli('request', 'troyan', ...single)
    assert.equal(mistaken.status, 2, mistaken.stdout)
    assert.match(mistaken.stderr, /gives fields and no checks: say which by --fields, or --all-fields/)
    await done('request', 'troyan', ...single, '--all-fields')
    const { digest } = await theOne({ state: 'proposed', service: 'regix-civil-registry-valid-person@1' })
    await done('approve', 'grao', digest.slice(0, 8), '--yes')
    const keys = estate.keysOf('troyan')
    const { http, close } = connect({ url: one.url, ca: keys.ca, ...keys.tls }, 'en')
    const { data } = await http.post<Buffer>(BASIC, envelopeOf(), { headers: { 'Content-Type': 'text/xml' } })
    close()
    assert.equal(textIn(data.toString(), 'HasError'), 'false', data.toString())
    assert.match(data.toString(), /ValidPersonResponse/)
  })
})

const isRefused = (error: unknown, code: string): boolean => error instanceof Refused && error.problem.code === code
