import { crc32 } from 'node:zlib'
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl'
import { isPath } from './container-file.ts'
import { ContainerFault } from './container-fault.ts'
import { type PlacedEntry, requireNothingBeside, requireSame } from './zip-layout.ts'

/** What the reading of one archive may cost at most; several times what evidence of the largest exchange has. */
export const ZIP_LIMITS = {
  archiveBytes: 64 * 1024 * 1024,
  entries: 4096,
  entryBytes: 16 * 1024 * 1024,
  totalBytes: 64 * 1024 * 1024,
  /** Bytes out of one byte. */
  ratio: 200,
} as const

const STORED = 0
const DEFLATED = 8
const TYPE_MASK = 0o170000
const LINK = 0o120000

export interface ZipEntry {
  readonly path: string
  readonly bytes: Buffer
  /** As it is, without compression and without an extra field. */
  readonly plain: boolean
}

/**
 * The files of an archive, in its order. Refuses whatever two readers could understand differently (a name twice, another
 * name, size or checksum before the data than in the directory, links, encryption), what is besides its files, and what is larger
 * than evidence is.
 *
 * @throws ContainerFault
 */
export async function readZip(bytes: Buffer): Promise<readonly ZipEntry[]> {
  if (bytes.length > ZIP_LIMITS.archiveBytes) throw new ContainerFault('too-large', 'the archive is too large')
  try {
    const zip = await fromBufferPromise(bytes, { strictFileNames: true, validateEntrySizes: true })
    if (zip.entryCount > ZIP_LIMITS.entries) throw new ContainerFault('too-large', 'the archive has too many files')
    return await readEntries(zip, bytes)
  } catch (error) {
    if (error instanceof ContainerFault) throw error
    throw new ContainerFault('form', 'not a whole ZIP archive', { cause: error })
  }
}

async function readEntries(zip: ZipFile, archive: Buffer): Promise<readonly ZipEntry[]> {
  const found: ZipEntry[] = []
  const placed: PlacedEntry[] = []
  const names = new Set<string>()
  let total = 0
  for await (const entry of zip.eachEntry()) {
    requireSound(entry, names)
    total += entry.uncompressedSize
    if (total > ZIP_LIMITS.totalBytes) throw new ContainerFault('too-large', 'the files are too large together')
    const header = await zip.readLocalFileHeaderPromise(entry, {})
    requireSame({ entry, header })
    placed.push({ entry, header })
    const plain = entry.compressionMethod === STORED && entry.extraFieldLength + header.extraFieldLength === 0
    found.push({ path: entry.fileName, bytes: await readOne(zip, entry), plain })
  }
  requireNothingBeside(archive, placed)
  return found
}

/** Names are compared without case: on some systems two such files are one. */
function requireSound(entry: Entry, names: Set<string>): void {
  const { fileName, compressionMethod, compressedSize, uncompressedSize } = entry
  if (!isPath(fileName)) throw new ContainerFault('name', 'a file name is not one of evidence')
  if (names.has(fileName.toLowerCase())) throw new ContainerFault('name', 'a file name stands twice')
  names.add(fileName.toLowerCase())
  if (entry.isEncrypted() || (compressionMethod !== STORED && compressionMethod !== DEFLATED))
    throw new ContainerFault('form', 'a file is encrypted, or compressed in an unknown way')
  if (((entry.externalFileAttributes >>> 16) & TYPE_MASK) === LINK)
    throw new ContainerFault('form', 'a file is a link to another')
  if (uncompressedSize > ZIP_LIMITS.entryBytes) throw new ContainerFault('too-large', 'a file is too large')
  if (uncompressedSize > Math.max(compressedSize, 1) * ZIP_LIMITS.ratio)
    throw new ContainerFault('too-large', 'a file grows too much when it is read')
}

/** No longer than the directory says: the reader itself refuses more, and less. */
async function readOne(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  if (crc32(bytes) !== entry.crc32) throw new ContainerFault('form', 'a file is another than its checksum says')
  return bytes
}
