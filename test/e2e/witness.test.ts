import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { openCheckpoint } from '../../src/exchange-log/checkpoint.ts'
import { cosigner, cosignersOf } from '../../src/exchange-log/cosignature.ts'
import { noteVerifier } from '../../src/exchange-log/note.ts'
import { writeEvidence } from '../../src/cli/evidence-folder.ts'
import { exchangeId } from '../../src/model/ids.ts'
import { Estate, type Serving, until } from '../support/estate.ts'
import { freePort } from '../support/free-port.ts'
import { metricsOf, sampleIn } from '../support/metrics.ts'
import { edno, ROOT, type Started, startEdno } from '../support/processes.ts'
import { freshLogKey } from '../unit/exchange-log/keys.ts'

/** Two processes, as an audit body and a broker would run them. */
describe('edno witness', function () {
  this.timeout(180_000)
  let estate: Estate
  let serving: Serving
  let witness: Started
  let vkey = ''
  let url = ''
  const place = (...names: string[]): string => join(estate.folder, ...names)
  const run = (...more: string[]): Started =>
    startEdno(['witness', 'run', '--folder', place('w'), '--log', place('log.vkey'), '--lang', 'en', ...more])

  before(async () => {
    estate = await Estate.make()
    const made = await edno(['witness', 'init', '--folder', place('w'), '--name', 'witness.audit.example.bg/w1'])
    assert.equal(made.status, 0, made.stderr)
    vkey = made.stdout.trim()
    url = `http://127.0.0.1:${await freePort()}`
    const file = place('config.json')
    const settings = JSON.parse(readFileSync(file, 'utf8')) as object
    const log = { witnesses: [{ name: 'audit', url, vkey }] }
    writeFileSync(file, JSON.stringify({ ...settings, log }))
    serving = await estate.serve({ EDNO_METRICS_PORT: '0' })
    witness = run('--listen', new URL(url).host)
    await witness.said('takes checkpoints at')
  })
  after(async () => {
    witness.kill('SIGKILL')
    await witness.ended
    await estate.close()
  })

  const fetched = (path: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      get(`${serving.url}${path}`, { ca: estate.keysOf('troyan').ca, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (more: string) => (text += more))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      }).on('error', reject)
    })
  const send = async (): Promise<void> => {
    const reply = await estate.client(serving.url).send(estate.sign('taxi').bytes)
    assert.equal(reply.kind, 'answer')
  }
  const status = async (...more: string[]) => {
    const { status: code, stdout } = await edno(['witness', 'status', '--folder', place('w'), '--json', ...more])
    const { logs } = JSON.parse(stdout) as { logs: readonly { origin: string; size: number }[] }
    return { code, log: logs[0] }
  }
  /** The head that the witness cosigned last, as edno shows it. */
  const checkpoint = async (): Promise<string> =>
    (await fetched(`/log/checkpoints/${(await status()).log?.size ?? 0}`)).text
  /** 0 while edno shows no cosignature under it. */
  const cosignedSize = async (): Promise<number> => {
    const note = await checkpoint()
    if (cosignersIn(note).length === 0) return 0
    return openCheckpoint(note, noteVerifier(estate.logKey)).size
  }
  const waits = async (): Promise<number | undefined> =>
    sampleIn(await metricsOf(serving), 'edno_witness_waiting_seconds', { witness: 'audit' })
  const cosignersIn = (note: string): readonly { readonly by: string }[] => {
    try {
      return cosignersOf(note, [vkey])
    } catch {
      return []
    }
  }

  it('cosigns what edno asks it to, and edno publishes that', async () => {
    await send()
    await until('the head is cosigned', async () => (await cosignedSize()) > 0)
    const first = await cosignedSize()
    await send()
    await until('the next head is cosigned', async () => (await cosignedSize()) > first)
    const { code, log } = await status('--max-age', '3600')
    assert.deepEqual([code, log?.origin], [0, noteVerifier(estate.logKey).name])
  })

  it('gives a cosignature that openssl verifies as docs/witness.md tells, and no other', async function () {
    if (spawnSync('xxd', ['--version']).error !== undefined || spawnSync('openssl', ['version']).error !== undefined)
      this.skip()
    const [, script] = /<!-- cosignature\.sh -->\n```sh\n([^]*?)```/.exec(
      readFileSync(join(ROOT, 'docs/witness.md'), 'utf8'),
    )!
    const judge = (note: string): string => {
      cpSync(place('w', 'witness.vkey'), place('witness.vkey'))
      writeFileSync(place('checkpoint'), note)
      return execFileSync('bash', ['-e', '-c', script!], { cwd: estate.folder, encoding: 'utf8', stdio: 'pipe' })
    }
    await until('edno shows the cosignature', async () => (await cosignedSize()) > 0)
    const note = await checkpoint()
    assert.match(judge(note), /Signature Verified Successfully/)
    assert.throws(() => judge(note.replace(/\n(\d+)\n/, '\n1$1\n')))
  })

  it('stands in receipts that are fetched later, and edno verify says who cosigned and when', async () => {
    const signed = estate.sign('taxi')
    const client = estate.client(serving.url)
    const reply = await client.send(signed.bytes)
    const answer = reply.kind === 'answer' ? reply.bytes : assert.fail(reply.kind)
    const receipt = () => client.receiptOf(exchangeId(signed.exchangeId))
    await until('the receipt is cosigned', async () =>
      ((await receipt())?.proof ?? '').includes('\n— witness.audit.example.bg/w1 '),
    )
    const keys = estate.keysOf('troyan')
    writeEvidence(place('held'), {
      application: signed.bytes,
      answer,
      receipt: (await receipt())!,
      keys,
      logKey: estate.logKey,
    })
    const verify = (vkeyFile: string) => edno(['verify', place('held'), '--lang', 'en', '--witness-vkey', vkeyFile])
    const held = await verify(place('w', 'witness.vkey'))
    assert.equal(held.status, 0, held.stdout)
    assert.match(held.stdout, /The witnesses cosigned the same head of the log: witness\.audit\.example\.bg\/w1 \(20/)
    writeFileSync(place('other.vkey'), cosigner('witness.audit.example.bg/w1', freshLogKey()).vkey)
    const other = await verify(place('other.vkey'))
    assert.equal(other.status, 1)
    assert.match(other.stdout, /A witness that you named did NOT cosign this head of the log/)
    assert.equal((await verify(place('log.vkey'))).status, 2, 'that is the key of a log')
  })

  it('lets no second process work in its folder, and says so', async () => {
    const second = await run('--listen', '127.0.0.1:0').ended
    assert.equal(second.status, 1)
    assert.match(second.stderr, /another witness \(process \d+\) works in/)
  })

  it('holds nobody up when it is away; edno says so, and it goes on where it was', async () => {
    const before = await cosignedSize()
    witness.kill('SIGTERM')
    assert.equal((await witness.ended).status, 0)
    assert.deepEqual(
      readdirSync(place('w')).filter((name) => name.endsWith('.lock')),
      [],
    )
    await send()
    await serving.said('a witness does not cosign')
    await send()
    await until('metrics say how long heads wait for it', async () => ((await waits()) ?? 0) > 0)
    witness = run('--listen', new URL(url).host)
    await until('it is cosigned again', async () => (await cosignedSize()) > before)
    await serving.said('a witness cosigns again')
    await until('metrics say that none waits', async () => (await waits()) === 0)
    assert.ok((sampleIn(await metricsOf(serving), 'edno_witness_age_seconds', { witness: 'audit' }) ?? 1000) < 100)
  })

  it('follows a log by its address alone', async () => {
    const made = await edno(['witness', 'init', '--folder', place('w2'), '--name', 'witness.other.example.bg/w2'])
    assert.equal(made.status, 0, made.stderr)
    writeFileSync(place('ca.pem'), estate.keysOf('troyan').ca)
    const args = ['--folder', place('w2'), '--log', place('log.vkey'), '--every', '1', '--ca', place('ca.pem')]
    const follower = startEdno(['witness', 'run', ...args, '--follow', `${serving.url}/log`, '--lang', 'bg'])
    try {
      await follower.said('подписано:')
      const { size } = openCheckpoint((await fetched('/log/checkpoint')).text, noteVerifier(estate.logKey))
      await send()
      const seen = (): number => Math.max(...[...follower.stdout().matchAll(/записи (\d+)/g)].map(([, n]) => Number(n)))
      await until('it saw more', () => seen() > size)
      follower.kill('SIGTERM')
      assert.equal((await follower.ended).status, 0)
    } finally {
      follower.kill('SIGKILL')
    }
  })

  describe('used wrongly', () => {
    const wrong: Readonly<Record<string, readonly string[]>> = {
      'nothing to do': ['run', '--folder', 'w', '--log', 'log.vkey'],
      'no log': ['run', '--folder', 'w', '--listen', '127.0.0.1:0'],
      'no folder': ['status'],
      'an age that is none': ['status', '--folder', 'w', '--max-age', 'soon'],
      'no name': ['init', '--folder', 'w'],
    }
    for (const [what, args] of Object.entries(wrong))
      it(`exits with 2: ${what}`, async () => {
        assert.equal((await edno(['witness', ...args])).status, 2)
      })

    it('keeps its key when it is to be made again', async () => {
      const again = await edno(['witness', 'init', '--folder', place('w'), '--name', 'x.example.bg'])
      assert.equal(again.status, 1)
      assert.equal(readFileSync(place('w', 'witness.vkey'), 'utf8').trim(), vkey)
    })
  })
})
