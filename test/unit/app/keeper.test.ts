import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { describe, it } from 'mocha'
import { openCertificatesOf } from '../../../src/app/certificates.ts'
import { Keeper } from '../../../src/app/keeper.ts'
import { loadKeys, type Keys } from '../../../src/app/keys.ts'
import { openRegister } from '../../../src/app/register.ts'
import { loadRules, type Rules } from '../../../src/app/rules.ts'
import { makeIdentity } from '../../support/certificates.ts'
import { partyKeys, type PartyKeys } from '../../../src/cli/compose.ts'
import type { Config } from '../../../src/config/config.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { findRoot } from '../../../src/config/root.ts'
import type { ActKind, AgreementAct, AgreementContent } from '../../../src/model/agreement.ts'
import { operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import { asksOf } from '../../../src/policy/agreement/asks.ts'
import { makeLogger } from '../../../src/ops/logger.ts'
import { readCertificate } from '../../../src/pki/read-certificate.ts'
import { spkiSha256 } from '../../../src/pki/spki.ts'
import { digestOf } from '../../../src/policy/agreement/digest.ts'
import { forceOf, standingOf } from '../../../src/policy/agreement/standing.ts'
import { stateOf } from '../../../src/policy/agreement/state.ts'
import { sha256Hex } from '../../../src/schema/canonical-json.ts'
import { signAct } from '../../../src/signature/sign-act.ts'
import { missingActs } from '../../../src/store/missing-acts.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { openFolder, testDatabaseUrl } from '../../support/database.ts'
import { ranMs } from '../../support/held-up.ts'

const WITHIN_MS = 1000
const clock = (): Date => new Date()

describe('what is in force while edno runs', function () {
  this.timeout(60_000)
  let folder: string
  let config: Config
  let keys: Keys
  let rules: Rules
  let store: Store
  let databaseUrl: string
  const logged: string[] = []
  const opened: Keeper[] = []
  const logger = makeLogger({ level: 'info', write: (line) => void logged.push(line) })

  before(async () => {
    folder = await openFolder()
    const base = loadConfig({ root: findRoot(), environment: { EDNO_DATA_DIR: folder } })
    for (const name of ['parties', 'grants'])
      cpSync(join(base.root, 'config', name), join(folder, name), { recursive: true })
    const governance = {
      ...base.governance,
      partiesFolder: join(folder, 'parties'),
      grantsFolder: join(folder, 'grants'),
    }
    config = { ...base, governance }
    rules = await loadRules(config)
    keys = await loadKeys(config, [...rules.governance.parties.values()], clock())
    databaseUrl = await testDatabaseUrl()
    store = await openStore({ databaseUrl, dataDirectory: folder, payloadKeyFile: join(folder, 'payload.key') })
  })
  afterEach(async () => {
    for (const keeper of opened.splice(0)) await keeper.close()
    logged.length = 0
  })
  after(async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })

  const keep = async (kept: Pick<Store, 'db'> = store): Promise<Keeper> => {
    const now = await loadRules(config)
    const source = { config, clock, own: keys.files }
    const certificates = openCertificatesOf({ ...source, governance: now.governance })
    const keeper = new Keeper({ ...source, store: kept, logger, loaded: { rules: now, certificates } })
    opened.push(keeper)
    await keeper.start()
    return keeper
  }
  const until = async (holds: () => boolean, ms: number): Promise<void> => {
    const end = performance.now() + ms
    while (!holds()) {
      assert.ok(performance.now() < end, `not within ${ms} ms`)
      await wait(10)
    }
  }
  const seal = (party: string): PartyKeys['seal'] => partyKeys(keys.development!, party).seal
  const content = (): AgreementContent => ({
    type: 'edno-agreement@1',
    id: crypto.randomUUID(),
    request: crypto.randomUUID(),
    consumer: { party: partyId('ruse'), keys: [spkiSha256(readCertificate(seal('ruse').certificate).key)] },
    provider: partyId('gf'),
    registry: 'guarantee-fund',
    service: serviceRef('taxi-permit', 1),
    asks: asksOf(rules.catalogue.services.get(serviceRef('taxi-permit', 1))!.definition)['guarantee-fund']!,
    operations: [{ operation: operationRef('guarantee-fund/motor-insurance@1'), fields: ['validUntil'] }],
    withhold: [],
    legalBases: ['zavp-24a'],
    purpose: 'Taxi permits',
    validity: { from: '2025-01-01', until: '2099-12-31' },
    createdAt: clock().toISOString(),
  })
  const signed = (about: AgreementContent, kind: ActKind, by: string): string => {
    const act: AgreementAct = {
      ...{ type: 'edno-agreement-act@1', agreement: digestOf(about), act: kind, by: partyId(by) },
      ...{ consumer: about.consumer.party, provider: about.provider, registry: about.registry },
      ...{ service: about.service, at: clock().toISOString(), reason: 'As agreed' },
    }
    const { certificate, key } = seal(by)
    return signAct(act, { certificatePem: certificate, keyPem: key })
  }
  const stateIn = (keeper: Keeper, about: AgreementContent): string | undefined => {
    const found = keeper.rules.governance.agreements.find(({ digest }) => digest === digestOf(about))
    if (found?.damaged === true) return 'damaged'
    return found && stateOf(found.content, found.acts, clock()).name
  }
  const proposed = async (keeper: Keeper): Promise<AgreementContent> => {
    const about = content()
    const accept = signed(about, 'accept', 'ruse')
    await openRegister(config, store, keeper, clock).propose([{ content: about, accept }], clock())
    return about
  }

  it('takes an act at once where it was brought, and within a second in every other process', async () => {
    const other = await openStore({ databaseUrl, dataDirectory: folder, payloadKeyFile: join(folder, 'payload.key') })
    try {
      const [here, there] = [await keep(), await keep(other)]
      const before = here.rules.governance.digest
      const ages: number[] = []
      // Without what a look takes just now: a busy machine may need a second for it.
      const known = async (keeper: Keeper, holds: () => boolean): Promise<void> => {
        const age = await ranMs(() => until(holds, 15_000))
        ages.push(age - (await ranMs(() => keeper.refresh())))
      }
      for (let time = 0; time < 3; time += 1) {
        const about = await proposed(here)
        assert.equal(stateIn(here, about), 'proposed')
        await known(there, () => stateIn(there, about) === 'proposed')
        await openRegister(config, other, there, clock).act(signed(about, 'accept', 'gf'), clock())
        assert.equal(stateIn(there, about), 'valid')
        await known(here, () => stateIn(here, about) === 'valid')
      }
      // Some of them may have waited for the processor.
      assert.ok(ages.toSorted((a, b) => a - b)[3]! <= WITHIN_MS, ages.map(Math.round).join(' '))
      assert.equal(here.rules.governance.digest, there.rules.governance.digest)
      assert.notEqual(here.rules.governance.digest, before)
      const late = await keep()
      assert.equal(late.rules.governance.digest, here.rules.governance.digest)
    } finally {
      for (const keeper of opened.splice(0)) await keeper.close()
      await other.close()
    }
  })

  it('keeps what it read last while the database cannot be read, and says so once', async () => {
    let gone = false
    const db = new Proxy(store.db, {
      get: (target, name) => {
        if (gone) throw new Error('gone')
        const member = Reflect.get(target, name) as unknown
        return typeof member === 'function' ? (member as (...args: unknown[]) => unknown).bind(target) : member
      },
    })
    const keeper = await keep({ db })
    const about = await proposed(keeper)
    gone = true
    await keeper.refresh()
    await keeper.refresh()
    assert.equal(stateIn(keeper, about), 'proposed')
    assert.equal(logged.filter((line) => line.includes('agreements cannot be read')).length, 1)
    gone = false
    await keeper.refresh()
    assert.equal(stateIn(keeper, about), 'proposed')
  })

  it('believes no act of a key that is nobody’s, whoever wrote it into the database with its certificate', async () => {
    const keeper = await keep()
    const forged = await proposed(keeper)
    const stranger = await makeIdentity('gf', 'p-256')
    const own = signed(forged, 'accept', 'gf').split('.')
    const act = JSON.parse(Buffer.from(own[1] ?? '', 'base64url').toString()) as AgreementAct
    const jws = signAct(act, { certificatePem: stranger.certificatePem, keyPem: stranger.privateKeyPem })
    const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url')
    await sql`insert into agreement_act (agreement, act, party, side, jws, act_digest, recorded_at) values
      (${digestOf(forged)}, 'accept', 'gf', 'provider', ${jws}, ${Buffer.from(sha256Hex(payload), 'hex')}, now())`.execute(
      store.db,
    )
    for (const each of [keeper, await keep()]) {
      await each.refresh()
      assert.equal(stateIn(each, forged), 'damaged')
    }
  })

  it('believes no row that is not what was signed, and gives nothing for the rest of that agreement', async () => {
    const keeper = await keep()
    const forged = await proposed(keeper)
    const [theirs, sound] = [await proposed(keeper), await proposed(keeper)]
    const insert = (about: AgreementContent, jws: string, act = 'accept', party = 'gf'): Promise<unknown> => {
      const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url')
      return sql`insert into agreement_act (agreement, act, party, side, jws, act_digest, recorded_at) values
        (${digestOf(about)}, ${act}, ${party}, 'provider', ${jws}, ${Buffer.from(sha256Hex(payload), 'hex')}, now())`.execute(
        store.db,
      )
    }
    const [head, , value] = signed(forged, 'accept', 'gf').split('.')
    const said = Buffer.from(JSON.stringify({ act: 'accept', by: 'gf', agreement: digestOf(forged) })).toString(
      'base64url',
    )
    await insert(forged, [head, said, value].join('.'))
    // Signed well, but by the consumer in the name of the owner.
    const own = signed(theirs, 'accept', 'ruse').split('.')
    assert.equal(own.length, 3)
    const { certificate, key } = seal('ruse')
    const act = JSON.parse(Buffer.from(own[1] ?? '', 'base64url').toString()) as AgreementAct
    await insert(theirs, signAct({ ...act, by: partyId('gf') }, { certificatePem: certificate, keyPem: key }))
    for (const each of [keeper, await keep()]) {
      await each.refresh()
      assert.equal(stateIn(each, forged), 'damaged')
      assert.equal(stateIn(each, theirs), 'damaged')
      assert.equal(stateIn(each, sound), 'proposed')
    }
    assert.equal(logged.filter((line) => line.includes('not what was signed')).length, 6)
  })

  /** As a database administrator can: the tables take no deletion otherwise. */
  const deleting = async (table: 'agreement' | 'agreement_act', where: ReturnType<typeof sql>): Promise<void> => {
    await sql`alter table ${sql.table(table)} disable trigger user`.execute(store.db)
    await sql`delete from ${sql.table(table)} where ${where}`.execute(store.db)
    await sql`alter table ${sql.table(table)} enable trigger user`.execute(store.db)
  }
  const missingToldOf = (about: AgreementContent): number =>
    logged.filter((line) => line.includes('is missing from the database') && line.includes(digestOf(about))).length

  it('closes an agreement of which the last acts were deleted, and says so at the start', async () => {
    const keeper = await keep()
    const register = openRegister(config, store, keeper, clock)
    const [about, sound] = [await proposed(keeper), await proposed(keeper)]
    for (const each of [about, sound]) await register.act(signed(each, 'accept', 'gf'), clock())
    await register.act(signed(about, 'suspend', 'gf'), clock())
    assert.equal(stateIn(keeper, about), 'suspended')
    await deleting('agreement_act', sql`agreement = ${digestOf(about)} and act = 'suspend'`)
    const next = await keep()
    assert.deepEqual([stateIn(next, about), stateIn(next, sound)], ['damaged', 'valid'])
    assert.equal(missingToldOf(about), 1)
    // Damage is read again with the files, and then still there.
    change('state: active', 'state: suspended')
    assert.equal(await next.reload(), 'changed')
    assert.equal(stateIn(next, about), 'damaged')
    change('state: suspended', 'state: active')
    await next.reload()
    await next.refresh()
    assert.equal(stateIn(next, about), 'damaged')
  })

  it('closes what an agreement was about that was deleted with all its acts, where an older one would come back', async () => {
    const keeper = await keep()
    const register = openRegister(config, store, keeper, clock)
    const [older, newer] = [await proposed(keeper), await proposed(keeper)]
    for (const each of [older, newer]) await register.act(signed(each, 'accept', 'gf'), clock())
    await deleting('agreement_act', sql`agreement = ${digestOf(newer)}`)
    await deleting('agreement', sql`digest = ${digestOf(newer)}`)
    const next = await keep()
    assert.equal(missingToldOf(newer), 1)
    const { definition } = rules.catalogue.services.get(newer.service)!
    const question = { consumer: newer.consumer.party, service: definition, registry: newer.registry }
    assert.equal(standingOf(next.rules.governance, question, clock()).kind, 'closed')
    const shown = { digest: digestOf(older), content: older }
    assert.equal(forceOf(next.rules.governance, definition, shown, clock()).inForce, false)
  })

  it('takes no entry for that of an act which is not what its leaf hash says', async () => {
    await sql`insert into log_entry (bytes, leaf_hash, event)
      select convert_to(replace(convert_from(bytes, 'UTF8'), '"by":"ruse"', '"by":"vidin"'), 'UTF8'), sha256(bytes), event
      from log_entry where event = 'access' order by id limit 1`.execute(store.db)
    const before = await missingActs(store.db)
    assert.ok(before.every(({ by }) => by !== 'vidin'))
  })

  const entries = async (): Promise<Record<string, unknown>[]> => {
    const { rows } = await sql<{ bytes: Buffer }>`
      select bytes from log_entry where event = 'governance' order by id`.execute(store.db)
    return rows.map(({ bytes }) => JSON.parse(bytes.toString()) as Record<string, unknown>)
  }

  it('writes at the start what was changed while it did not run, once, by the digests', async () => {
    for (const keeper of [await keep(), await keep()]) await keeper.close()
    const before = await entries()
    change('state: active', 'state: suspended')
    const keeper = await keep()
    const after = await entries()
    assert.equal(after.length, before.length + 1)
    const [last, entry] = [before.at(-1), after.at(-1)]
    assert.deepEqual(entry?.['changes'], [
      `changed while edno did not run: ${String(last?.['files'])} to ${String(entry?.['files'])}`,
    ])
    assert.notEqual(entry['files'], last?.['files'])
    assert.equal(entry['before'], last?.['governance'])
    assert.equal(entry['governance'], keeper.rules.governance.digest)
    assert.ok(logged.some((line) => line.includes('the files were changed while edno did not run')))
    await keeper.close()
    await keep()
    assert.equal((await entries()).length, after.length, 'nothing changed since')
    change('state: suspended', 'state: active')
    assert.equal(await opened.at(-1)?.reload(), 'changed')
    const told = await entries()
    assert.deepEqual(told.at(-1)?.['changes'], ['party ruse changed: state'])
    await keep()
    assert.equal((await entries()).length, told.length, 'what was told while it ran is not told again')
  })

  const party = (): string => join(folder, 'parties', 'ruse.yaml')
  const change = (from: string | RegExp, to: string): void => {
    const text = readFileSync(party(), 'utf8')
    assert.notEqual(text.replace(from, to), text)
    writeFileSync(party(), text.replace(from, to))
  }

  it('takes changed files as they rest, with an entry of the exchange log that says what changed', async () => {
    const keeper = await keep()
    const before = keeper.rules.governance
    change('state: active', 'state: suspended')
    rmSync(join(folder, 'grants', 'vidin-taxi-permit.yaml'))
    await until(() => keeper.rules.governance.parties.get(partyId('ruse'))?.state === 'suspended', 15_000)
    assert.equal(before.parties.get(partyId('ruse'))?.state, 'active')
    const { rows } = await sql<{ bytes: Buffer }>`
      select bytes from log_entry where event = 'governance' order by id desc limit 1`.execute(store.db)
    const entry = JSON.parse(rows[0]?.bytes.toString() ?? '') as Record<string, unknown>
    assert.deepEqual(entry['changes'], ['party ruse changed: state', 'grant vidin-taxi-permit removed'])
    assert.equal(entry['before'], before.digest)
    assert.equal(entry['governance'], keeper.rules.governance.digest)
    assert.ok(logged.some((line) => line.includes('grant vidin-taxi-permit removed')))
    change('state: suspended', 'state: active')
    assert.equal(await keeper.reload(), 'changed')
    assert.equal(await keeper.reload(), 'unchanged')
  })

  it('takes nothing of files of which one is wrong, and says file and line', async () => {
    const keeper = await keep()
    const { digest } = keeper.rules.governance
    change('role: consumer', 'role: emperor')
    const other = join(folder, 'parties', 'vidin.yaml')
    const good = readFileSync(other, 'utf8')
    writeFileSync(other, good.replace('state: active', 'state: suspended'))
    assert.equal(await keeper.reload(), 'refused')
    assert.equal(keeper.rules.governance.digest, digest)
    const told = logged.find((line) => line.includes('a changed file is refused'))
    assert.match(told ?? '', /ruse\.yaml","line":2,"mistake":"[^"]*role/)
    const count = logged.length
    await wait(1200)
    assert.equal(logged.length, count, 'the same mistake is told once')
    writeFileSync(other, good)
    change('role: emperor', 'role: consumer')
    await until(() => logged.some((line) => line.includes('the files were read again')), 15_000)
    assert.equal(keeper.rules.governance.digest, digest)
  })

  it('changes certificates together with the files that name them', async () => {
    const keeper = await keep()
    const { directories } = keeper.certificates
    const sha = readCertificate(seal('ruse').certificate).sha256
    assert.equal(directories.seals.find(sha)?.party, 'ruse')
    assert.deepEqual(directories.keysOf(partyId('ruse')), [spkiSha256(readCertificate(seal('ruse').certificate).key)])
    change(/seal: \[.*\]/, 'seal: []')
    assert.equal(await keeper.reload(), 'changed')
    assert.equal(keeper.certificates.directories.seals.find(sha), undefined)
    assert.ok(logged.some((line) => line.includes('party ruse: other certificates')))
    change('seal: []', 'seal: [pki/parties/ruse/seal.crt]')
    assert.equal(await keeper.reload(), 'changed')
    assert.ok(keeper.certificates.directories.seals.find(sha))
  })

  it('refuses one key for two parties, whatever certificate it stands in', async () => {
    const keeper = await keep()
    change(/seal: \[.*\]/, 'seal: [pki/parties/gf/seal.crt]')
    assert.equal(await keeper.reload(), 'refused')
    change(/seal: \[.*\]/, 'seal: [pki/parties/ruse/seal.crt]')
    assert.equal(await keeper.reload(), 'unchanged')
  })
})
