import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chmod, chown, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { findInstall } from '../../src/store/embedded/install.ts'
import { type EmbeddedServer, launch } from '../../src/store/embedded/launch.ts'
import { readPostmasterFile } from '../../src/store/embedded/postmaster.ts'
import { openStore } from '../../src/store/store.ts'
import { openFolder } from '../support/database.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = 65534

async function ask(server: EmbeddedServer, question: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: server.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ answer: unknown }>(question)
    return rows[0]?.answer
  } finally {
    await client.end()
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

describe('the embedded PostgreSQL', function () {
  this.timeout(180_000)
  const notices: string[] = []
  const onNotice = (text: string): void => {
    notices.push(text)
  }
  const servers: EmbeddedServer[] = []
  const folders: string[] = []

  const start = async (
    dataDirectory: string,
    more: Partial<Parameters<typeof launch>[0]> = {},
  ): Promise<EmbeddedServer> => {
    const server = await launch({ dataDirectory, onNotice, ...more })
    servers.push(server)
    return server
  }
  const freshFolder = async (): Promise<string> => {
    const folder = await openFolder()
    folders.push(folder)
    return folder
  }
  const clusterOf = (folder: string): string => join(folder, 'database', 'cluster')
  const postmasterOf = async (folder: string): Promise<number> => (await readPostmasterFile(clusterOf(folder)))!.pid

  let shared: string
  before(async () => {
    shared = await freshFolder()
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop()
    notices.length = 0
  })
  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  })

  it('starts where initdb was killed half way, and throws nothing away that it cannot judge', async () => {
    await mkdir(clusterOf(shared), { recursive: true })
    await writeFile(join(clusterOf(shared), 'PG_VERSION'), '18\n')
    await mkdir(join(shared, 'database', 'cluster.draft-dead'))
    await writeFile(join(shared, 'database', 'cluster.draft-dead', 'PG_VERSION'), '18\n')
    const server = await start(shared)
    assert.equal(server.owned, true)
    assert.ok(notices.some((text) => text.includes('was not complete')))
    const names = await readdir(join(shared, 'database'))
    assert.ok(names.some((name) => name.startsWith('incomplete-')))
    assert.ok(!names.some((name) => name.startsWith('cluster.draft-')))
  })

  it('keeps its secrets to its user and listens on the loopback and in its own folder alone', async () => {
    const server = await start(shared)
    assert.equal((await stat(join(shared, 'database', 'password'))).mode & 0o777, 0o600)
    assert.equal((await stat(join(shared, 'database'))).mode & 0o777, 0o700)
    assert.equal((await readFile(join(shared, 'database', 'password'), 'utf8')).length, 43)
    assert.equal(await ask(server, 'select current_setting($$listen_addresses$$) as answer'), '127.0.0.1')
    assert.equal(
      await ask(server, 'select current_setting($$unix_socket_directories$$) as answer'),
      join(shared, 'database'),
    )
    const url = new URL(server.databaseUrl)
    const socket = join(shared, 'database', `.s.PGSQL.${url.port}`)
    assert.equal((await stat(socket)).mode & 0o777, 0o700)
    url.password = 'password'
    for (const host of [join(shared, 'database'), '127.0.0.1']) {
      url.searchParams.set('host', host)
      const intruder = new pg.Client({ connectionString: url.href })
      await assert.rejects(intruder.connect(), { code: '28P01' })
    }
  })

  it('is spoken to through its socket, and through the loopback where the way to its folder is too long for one', async () => {
    const server = await start(shared)
    assert.equal(new URL(server.databaseUrl).searchParams.get('host'), join(shared, 'database'))
    assert.equal(await ask(server, 'select inet_server_port() as answer'), null)
    const long = join(shared, 'x'.repeat(100))
    await mkdir(long, { mode: 0o755 })
    const far = await start(long)
    assert.equal(new URL(far.databaseUrl).searchParams.get('host'), null)
    assert.notEqual(await ask(far, 'select inet_server_port() as answer'), null)
    await far.stop()
  })

  it('starts where a socket of a dead server names a number that another program has now', async () => {
    const first = await start(shared)
    const { port } = new URL(first.databaseUrl)
    await first.stop()
    await writeFile(
      join(shared, 'database', `.s.PGSQL.${port}.lock`),
      `${process.pid}\n${join(shared, 'database', 'cluster')}\n`,
    )
    const second = await start(shared)
    assert.equal(second.databaseUrl, first.databaseUrl)
  })

  it('is attached to by a second starter, who does not stop it', async () => {
    const first = await start(shared)
    const second = await start(shared)
    assert.deepEqual([first.owned, second.owned], [true, false])
    assert.equal(second.databaseUrl, first.databaseUrl)
    await second.stop()
    assert.equal(await ask(first, 'select 1 as answer'), 1)
  })

  it('is left to the owner that has it again by whoever started it meanwhile', async () => {
    const folder = await freshFolder()
    const first = await start(folder)
    process.kill(await postmasterOf(folder), 'SIGKILL')
    const script = fileURLToPath(new URL('../support/launch-and-wait.ts', import.meta.url))
    const between = spawn(process.execPath, ['--import', 'tsx', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(between, 'exit')
    const [line] = (await once(between.stdout, 'data')) as [Buffer]
    assert.deepEqual(JSON.parse(line.toString()), { owned: true })
    assert.equal(await first.revive(), true)
    between.kill('SIGTERM')
    await ended
    assert.equal(await first.revive(), false)
    assert.equal(await ask(first, 'select 1 as answer'), 1)
  })

  it('comes back on its recorded port, and on another one where that is taken', async () => {
    const first = await start(shared)
    await first.stop()
    const again = await start(shared)
    assert.equal(again.databaseUrl, first.databaseUrl)
    await again.stop()
    const squatter = createServer().listen(Number(new URL(first.databaseUrl).port), '127.0.0.1')
    await once(squatter, 'listening')
    try {
      const moved = await start(shared)
      assert.notEqual(new URL(moved.databaseUrl).port, new URL(first.databaseUrl).port)
      assert.equal(await ask(moved, 'select 1 as answer'), 1)
    } finally {
      squatter.close()
    }
  })

  it('recovers after its postmaster was killed, with what was committed', async () => {
    const first = await start(shared)
    await ask(first, 'create table kept as select 42 as answer')
    process.kill(await postmasterOf(shared), 'SIGKILL')
    const second = await start(shared)
    assert.equal(second.owned, true)
    assert.equal(await ask(second, 'select answer from kept'), 42)
  })

  it('starts where postmaster.pid names a number that another program has now', async function () {
    if (process.platform !== 'linux') this.skip()
    const first = await start(shared)
    const file = join(clusterOf(shared), 'postmaster.pid')
    const lines = (await readFile(file, 'utf8')).split('\n')
    await first.stop()
    await writeFile(file, [process.pid, ...lines.slice(1)].join('\n'))
    assert.equal(await ask(await start(shared), 'select 1 as answer'), 1)
  })

  it('answers broker.log-unavailable quickly while it is gone, and again normally when it is back', async () => {
    const first = await start(shared)
    const store = await openStore({
      databaseUrl: first.databaseUrl,
      dataDirectory: shared,
      payloadKeyFile: join(shared, 'payload.key'),
    })
    try {
      const gone = { code: 'broker.log-unavailable' }
      await store.ping()
      const held = store.transaction(async (tx) => {
        await first.stop()
        await tx.selectFrom('exchange').select('id').execute()
      })
      await assert.rejects(held, gone)
      const before = performance.now()
      await assert.rejects(store.ping(), gone)
      await assert.rejects(
        store.transaction((tx) => tx.selectFrom('exchange').select('id').execute()),
        gone,
      )
      assert.ok(performance.now() - before < 2500)
      await start(shared)
      await store.ping()
    } finally {
      await store.close()
    }
  })

  it('puts the last lines of its log into the error when it cannot start', async () => {
    const file = join(clusterOf(shared), 'postgresql.auto.conf')
    const whole = await readFile(file, 'utf8')
    await writeFile(file, `${whole}no_such_setting = 1\n`)
    try {
      await assert.rejects(start(shared), { name: 'LauncherError', message: /could not be started.*no_such_setting/s })
    } finally {
      await writeFile(file, whole)
    }
  })

  it('refuses a data directory of another major, and one whose password is gone, and leaves both as they are', async () => {
    const version = join(clusterOf(shared), 'PG_VERSION')
    await writeFile(version, '17\n')
    await assert.rejects(start(shared), { name: 'LauncherError', message: /made by PostgreSQL 17/ })
    await writeFile(version, '18\n')
    const password = join(shared, 'database', 'password')
    await rename(password, `${password}.away`)
    await assert.rejects(start(shared), { name: 'LauncherError', message: /password is missing/ })
    await rename(`${password}.away`, password)
    assert.equal(await ask(await start(shared), 'select answer from kept'), 42)
  })

  it('is made once by two starters at once', async () => {
    const folder = await freshFolder()
    const both = await Promise.all([start(folder), start(folder)])
    assert.deepEqual(both.map((server) => server.owned).toSorted(), [false, true])
    assert.equal(both[0].databaseUrl, both[1].databaseUrl)
  })

  it('outlives the kill of an ordinary user without LANG, is no part of its process group, and is adopted', async () => {
    const folder = await freshFolder()
    if (isRoot) await chown(folder, NOBODY, NOBODY)
    const script = fileURLToPath(new URL('../support/launch-and-wait.ts', import.meta.url))
    const child = spawn(process.execPath, ['--import', 'tsx', script, folder], {
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(isRoot && { uid: NOBODY, gid: NOBODY }),
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    assert.deepEqual(JSON.parse(line.toString()), { owned: true })
    const pid = await postmasterOf(folder)
    if (process.platform === 'linux') {
      const groupOf = async (id: number): Promise<string[]> => {
        const text = await readFile(`/proc/${id}/stat`, 'utf8')
        return text
          .slice(text.lastIndexOf(')') + 2)
          .split(' ')
          .slice(2, 4)
      }
      const [group, session] = await groupOf(pid)
      const [ownGroup, ownSession] = await groupOf(child.pid!)
      assert.notEqual(group, ownGroup)
      assert.notEqual(session, ownSession)
    }
    child.kill('SIGKILL')
    await once(child, 'close')
    const adopted = await start(folder)
    assert.equal(adopted.owned, true)
    assert.equal(await postmasterOf(folder), pid)
    assert.ok(notices.some((text) => text.includes('ours now')))
    assert.equal(await ask(adopted, `select lower('ЖИВКОВА') as answer`), 'живкова')
    assert.equal(await ask(adopted, `select current_setting('server_encoding') as answer`), 'UTF8')
    await adopted.stop()
    await wait(0)
    assert.equal(await isThere(join(clusterOf(folder), 'postmaster.pid')), false)
  })

  it('runs for root from a checkout and a data folder that only root may enter', async function () {
    if (!isRoot) this.skip()
    const folder = await freshFolder()
    const closed = join(folder, 'closed')
    await mkdir(closed)
    await symlink((await findInstall()).native, join(closed, 'native'))
    await chmod(closed, 0o700)
    const more = { native: join(closed, 'native'), fallbackDirectory: join(folder, 'open') }
    const server = await start(join(closed, 'data'), more)
    assert.equal(await ask(server, 'select 1 as answer'), 1)
    assert.ok(notices.some((text) => text.includes(`may not enter ${closed}`)))
    const [home] = await readdir(join(folder, 'open'))
    assert.match(home!, /^[0-9a-f]{16}-[0-9a-f]{8}$/)
    assert.ok((await readdir(join(folder, 'open', home!))).some((name) => name.startsWith('native-')))
    await server.stop()
    assert.equal(await ask(await start(join(closed, 'data'), more), 'select 1 as answer'), 1)
  })

  it('leaves alone, for root, what a data folder had elsewhere that stood there before: its keys went with it', async function () {
    if (!isRoot) this.skip()
    const folder = await freshFolder()
    const closed = join(folder, 'closed')
    const data = join(closed, 'data')
    const elsewhere = join(folder, 'open')
    await mkdir(closed, { mode: 0o700 })
    const used = async (): Promise<string> => {
      const server = await start(data, { fallbackDirectory: elsewhere })
      const table = await ask(server, `select coalesce(to_regclass('of_before')::text, 'none') as answer`)
      if (table === 'none') await ask(server, `create table of_before as select 1 as answer`)
      await server.stop()
      return String(table)
    }
    assert.equal(await used(), 'none')
    assert.equal(await used(), 'of_before')
    await rm(data, { recursive: true })
    assert.equal(await used(), 'none')
    assert.equal((await readdir(elsewhere)).length, 2, 'nobody’s data is deleted')
    assert.equal(await used(), 'of_before')
  })

  it('names the first closed folder and the ways out where no folder is open', async function () {
    if (!isRoot) this.skip()
    const folder = await freshFolder()
    await chmod(folder, 0o700)
    await assert.rejects(start(join(folder, 'data'), { fallbackDirectory: join(folder, 'other') }), {
      name: 'LauncherError',
      message: new RegExp(`may enter neither ${folder} nor ${folder}.*EDNO_DATA_DIR.*DATABASE_URL`, 's'),
    })
  })
})
