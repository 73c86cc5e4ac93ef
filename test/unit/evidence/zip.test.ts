import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { ZipFile } from 'yazl'
import { packContainer, unpackContainer } from '../../../src/evidence/container.ts'
import { type ContainerFile, isPath, MIMETYPE } from '../../../src/evidence/container-file.ts'
import { ContainerFault, type ContainerFaultKind } from '../../../src/evidence/container-fault.ts'
import { readZip, ZIP_LIMITS } from '../../../src/evidence/read-zip.ts'
import { writeZip } from '../../../src/evidence/write-zip.ts'

const file = (path: string, content = path): ContainerFile => ({
  path,
  mediaType: 'text/plain',
  bytes: Buffer.from(content),
})
const sign = () => Promise.resolve(Buffer.from('<signed/>'))

/** A ZIP that no container of edno's would be. */
async function zipOf(add: (zip: ZipFile) => void): Promise<Buffer> {
  const zip = new ZipFile()
  add(zip)
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
/** The same bytes with one text put for another of the same length, wherever it stands, or only where it stands first. */
function patched(zip: Buffer, from: string, to: string, everywhere = true): Buffer {
  const text = zip.toString('latin1')
  return Buffer.from(everywhere ? text.replaceAll(from, to) : text.replace(from, to), 'latin1')
}
const refused = (kind: ContainerFaultKind) => (error: unknown) => {
  assert.ok(error instanceof ContainerFault, String(error))
  assert.equal(error.kind, kind)
  return true
}

describe('the ZIP of a container', () => {
  it('begins with mimetype, stored, without an extra field, and is the same bytes whenever it is packed', async () => {
    const files = [file('README.txt', 'read me'), file('log/1-opened.json', '{}')]
    const first = await packContainer(files, sign)
    await pause(2100)
    assert.deepEqual(await packContainer(files, sign), first)
    assert.equal(first.toString('latin1', 0, 4), 'PK\u0003\u0004')
    assert.equal(first.readUInt16LE(8), 0, 'stored')
    assert.equal(first.readUInt16LE(28), 0, 'no extra field')
    assert.equal(first.toString('latin1', 30, 30 + 8 + MIMETYPE.length), `mimetype${MIMETYPE}`)
    assert.deepEqual(
      [...(await unpackContainer(first))].map(([path]) => path),
      [
        'README.txt',
        'log/1-opened.json',
        'META-INF/ASiCManifest.xml',
        'META-INF/manifest.xml',
        'META-INF/signatures.xml',
      ],
    )
  }).timeout(60_000)

  it('is the same bytes in another time zone', async () => {
    const before = process.env['TZ']
    try {
      process.env['TZ'] = 'Europe/Sofia'
      const here = await writeZip([file('a')])
      process.env['TZ'] = 'America/New_York'
      assert.deepEqual(await writeZip([file('a')]), here)
    } finally {
      if (before === undefined) delete process.env['TZ']
      else process.env['TZ'] = before
    }
  })

  it('takes no path that leads elsewhere', async () => {
    for (const path of [
      '../a',
      '/a',
      'a/../b',
      'a//b',
      'a\\b',
      'C:/a',
      '.a',
      'a/.b',
      'a/',
      '',
      'а',
      'a b',
      'a'.repeat(200),
    ])
      assert.equal(isPath(path), false, path)
    await assert.rejects(packContainer([file('../a')], sign), refused('name'))
  })

  it('is not read where a name leads elsewhere, or is a folder', async () => {
    const zip = await writeZip([file('aa/evil'), file('other')])
    // The library refuses some of these itself, before this reader looks.
    for (const name of ['../evil', '/a/evil', 'aa\\evil', 'aa/ev l', 'aa/evi/', 'aa/./ev'])
      await assert.rejects(readZip(patched(zip, 'aa/evil', name)), ContainerFault, name)
    await assert.rejects(readZip(patched(zip, 'aa/evil', 'aa/ev l')), refused('name'))
  })

  it('is not read where a name stands twice, in whatever case', async () => {
    for (const twin of ['twin', 'TWIN', 'tWin'])
      await assert.rejects(
        readZip(
          await zipOf((zip) => {
            zip.addBuffer(Buffer.from('1'), 'twin')
            zip.addBuffer(Buffer.from('2'), twin)
          }),
        ),
        refused('name'),
      )
  })

  it('is not read where a file is called otherwise before its data than in the directory', async () => {
    const zip = await writeZip([file('answer'), file('b')])
    await assert.rejects(readZip(patched(zip, 'answer', 'AnsweR', false)), refused('form'))
  })

  it('is not read where it grows too much, or is too large', async () => {
    const bomb = await zipOf((zip) => zip.addBuffer(Buffer.alloc(4 * 1024 * 1024), 'zeros', { compress: true }))
    assert.ok(bomb.length < 20_000)
    await assert.rejects(readZip(bomb), refused('too-large'))
    const large = await zipOf((zip) =>
      zip.addBuffer(Buffer.alloc(ZIP_LIMITS.entryBytes + 1), 'large', { compress: false }),
    )
    await assert.rejects(readZip(large), refused('too-large'))
    await assert.rejects(readZip(Buffer.alloc(ZIP_LIMITS.archiveBytes + 1)), refused('too-large'))
    const many = await zipOf((zip) => {
      for (let at = 0; at <= ZIP_LIMITS.entries; at += 1) zip.addBuffer(Buffer.of(1), `f${at}`, { compress: false })
    })
    await assert.rejects(readZip(many), refused('too-large'))
  })

  it('is not read where a file is a link, or encrypted', async () => {
    const link = await zipOf((zip) => zip.addBuffer(Buffer.from('/etc/passwd'), 'link', { mode: 0o120777 }))
    await assert.rejects(readZip(link), refused('form'))
    const plain = await writeZip([file('secret')])
    const encrypted = Buffer.from(plain)
    const directory = encrypted.indexOf(Buffer.from('PK\u0001\u0002', 'latin1'))
    encrypted.writeUInt16LE(encrypted.readUInt16LE(directory + 8) | 1, directory + 8)
    await assert.rejects(readZip(encrypted), refused('form'))
  })

  it('is not read where it is cut off, changed, or no archive', async () => {
    const zip = await writeZip([file('a', 'some content'), file('b')])
    await assert.rejects(readZip(zip.subarray(0, zip.length - 10)), refused('form'))
    await assert.rejects(readZip(Buffer.from('not a zip')), refused('form'))
    await assert.rejects(readZip(Buffer.alloc(0)), refused('form'))
  })

  it('is not read where a file has another size or checksum before its data, or is another than its checksum says', async () => {
    const zip = await writeZip([file('answer', 'the answer'), file('b')])
    const directory = zip.indexOf(Buffer.from('PK\u0001\u0002', 'latin1'))
    const flipped = (...places: readonly number[]): Buffer => {
      const changed = Buffer.from(zip)
      for (const at of places) changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      return changed
    }
    assert.equal((await readZip(zip)).length, 2)
    for (const places of [[14], [18], [22], [directory + 16], [14, directory + 16]])
      await assert.rejects(readZip(flipped(...places)), refused('form'), places.join())
  })

  it('is not read where it holds something besides its files: a comment, or a file that only a reader from the beginning finds', async () => {
    const zip = await writeZip([file('answer', 'the answer'), file('b')])
    const end = zip.length - 22
    const commented = Buffer.concat([zip, Buffer.from('approved')])
    commented.writeUInt16LE('approved'.length, end + 20)
    await assert.rejects(readZip(commented), refused('beside'))
    const approved = { compress: false, fileComment: 'approved' }
    await assert.rejects(readZip(await zipOf((it) => it.addBuffer(Buffer.from('1'), 'a', approved))), refused('beside'))
    const other = await writeZip([file('answer', 'another answer')])
    const start = zip.readUInt32LE(end + 16)
    const hidden = other.subarray(0, other.readUInt32LE(other.length - 22 + 16))
    const between = Buffer.concat([zip.subarray(0, start), hidden, zip.subarray(start)])
    between.writeUInt32LE(start + hidden.length, between.length - 22 + 16)
    await assert.rejects(readZip(between), refused('beside'))
  })

  it('is read where it was packed anew, also as a stream that tells sizes after the data', async () => {
    const streamed = await zipOf((zip) => {
      zip.addReadStream(Readable.from([Buffer.from('the answer')]), 'answer', { compress: true })
      zip.addReadStream(Readable.from([Buffer.from('b')]), 'b', { compress: false })
    })
    assert.deepEqual(
      (await readZip(streamed)).map(({ path, bytes }) => `${path}: ${bytes.toString()}`),
      ['answer: the answer', 'b: b'],
    )
  })

  it('is no container where mimetype is another, comes later, or is compressed', async () => {
    const bad = [
      zipOf((zip) =>
        zip.addBuffer(Buffer.from(`${MIMETYPE}x`), 'mimetype', { compress: false, forceDosTimestamp: true }),
      ),
      zipOf((zip) => zip.addBuffer(Buffer.from(MIMETYPE), 'mimetype', { compress: true, forceDosTimestamp: true })),
      zipOf((zip) => zip.addBuffer(Buffer.from(MIMETYPE), 'mimetype', { compress: false })),
      zipOf((zip) => {
        zip.addBuffer(Buffer.of(1), 'first')
        zip.addBuffer(Buffer.from(MIMETYPE), 'mimetype', { compress: false, forceDosTimestamp: true })
      }),
      writeZip([]),
    ]
    for (const zip of bad) await assert.rejects(unpackContainer(await zip), ContainerFault)
    await assert.rejects(unpackContainer(await bad[1]!), refused('mimetype'))
  })
})
