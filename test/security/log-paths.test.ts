import assert from 'node:assert/strict'
import { Agent, request } from 'node:https'
import { readResourcePath } from '../../src/exchange-log/tile.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { keysOf } from '../support/caller.ts'

interface PathVector {
  readonly comment: string
  /** What stands behind `/log/`, as it is sent. */
  readonly path: string
  /** The code over HTTP; the reader of paths takes none of them. */
  readonly expect: 'request.not-found' | 'request.parameter'
}

const refused = (comment: string, path: string, expect: PathVector['expect'] = 'request.not-found'): PathVector => ({
  comment,
  path,
  expect,
})

const VECTORS: readonly PathVector[] = [
  refused('leading zero in the level', 'tile/00/000'),
  refused('a level beyond 63', 'tile/64/000'),
  refused('a level of three digits', 'tile/100/000'),
  refused('a negative level', 'tile/-1/000', 'request.parameter'),
  refused('a level in capitals', 'tile/ENTRIES/000', 'request.parameter'),
  refused('a kind that does not exist', 'tile/data/000'),
  refused('another spelling of the kind', 'tile/entrie/000'),
  refused('a number of two digits', 'tile/0/00'),
  refused('a number of four digits', 'tile/0/0000'),
  refused('a group of zeros in front', 'tile/0/x000/000'),
  refused('a group without its x', 'tile/0/001/234'),
  refused('an x before the last group', 'tile/0/x001'),
  refused('a number beyond what a double holds', 'tile/0/x999/x999/x999/x999/x999/x999/999'),
  refused('a width of none', 'tile/0/000.p/0'),
  refused('the width of a full tile', 'tile/0/000.p/256'),
  refused('a width with a zero in front', 'tile/0/000.p/01'),
  refused('a width of four digits', 'tile/0/000.p/1000'),
  refused('no width', 'tile/0/000.p/'),
  refused('two widths', 'tile/0/000.p/1.p/1'),
  refused('a width that is no number', 'tile/0/000.p/1e1'),
  refused('a slash at the end', 'tile/0/000.p/1/'),
  refused('two slashes', 'tile/0//000'),
  refused('an escaped digit', 'tile/0/%30%30%30'),
  refused('an escaped slash', 'tile/0/x001%2f234'),
  refused('an escaped point', 'tile/0/000%2ep/1'),
  refused('an octet of zero', 'tile/0/000%00'),
  refused('an escape that is cut off', 'tile/0/00%'),
  refused('octets that are no UTF-8', 'tile/0/%ff%fe'),
  refused('digits of another script', 'tile/0/%D9%A0%D9%A0%D9%A0'),
  refused('a way upwards', 'tile/0/../../../etc/passwd'),
  refused('a way upwards, escaped', 'tile/0/%2e%2e/%2e%2e/%2e%2e/etc/passwd'),
  refused('a way upwards with backslashes', 'tile/0/..%5c..%5cetc'),
  refused('an absolute path', 'tile/0/%2fetc%2fpasswd'),
  refused('a tile that is not there yet', 'tile/0/999'),
  refused('a wider tile than there is', 'tile/0/000.p/255'),
  refused('a bundle that is not there yet', 'tile/entries/999'),
  refused('a path of many groups', `tile/0/${'x000/'.repeat(40)}000`, 'request.parameter'),
  refused('a very long path', `tile/0/${'0'.repeat(4000)}`, 'request.parameter'),
  refused('the folder itself', ''),
  refused('the folder of tiles', 'tile/'),
  refused('a checkpoint of another size', 'checkpoint.1'),
  refused('a checkpoint as a folder', 'checkpoint/'),
  refused('a checkpoint in capitals', 'CHECKPOINT'),
  refused('a private key', 'log.key'),
  refused('a statement for a database', "tile/0/000'--"),
]
/** They name tiles that may exist in another log. */
const WELL_FORMED = /not there yet|wider tile/

describe('paths of the exchange log', function () {
  this.timeout(180_000)
  let edno: TestApp
  let agent: Agent
  before(async () => {
    edno = await testApp({
      http: { limits: { windowSeconds: 60, perAddress: 10_000, badPerCertificate: 10_000, perCertificate: 10_000 } },
    })
    agent = new Agent({ ca: keysOf(edno, 'troyan').ca, keepAlive: true })
  })
  after(async () => {
    agent.destroy()
    await edno.close()
  })

  /** As it stands, without the help of a URL parser. */
  const get = (path: string): Promise<{ readonly status: number; readonly code: string; readonly caching: string }> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(edno.app.url)
      request({ hostname, port, agent, path: `/log/${path}` }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const { code = '' } = JSON.parse(Buffer.concat(chunks).toString()) as { code?: string }
          resolve({ status: response.statusCode ?? 0, code, caching: response.headers['cache-control'] ?? '' })
        })
      })
        .on('error', reject)
        .end()
    })

  for (const { comment, path, expect } of VECTORS)
    it(`are refused over HTTP, and never kept by a cache: ${comment}`, async () => {
      const { status, code, caching } = await get(path)
      assert.equal(code, expect)
      assert.equal(status, expect === 'request.not-found' ? 404 : 400)
      assert.equal(caching, 'no-store')
    })

  for (const { comment, path } of VECTORS.filter((vector) => !WELL_FORMED.test(vector.comment)))
    it(`are not read as the name of a tile: ${comment}`, () => {
      assert.equal(readResourcePath(path), undefined)
    })
})
