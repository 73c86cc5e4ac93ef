import { ZipFile } from 'yazl'
import type { ContainerFile } from './container-file.ts'

/** Among the first days that ZIP can write, in whichever zone: the same files are the same bytes, whenever they are packed. */
const sameTime = (): Date => new Date(1980, 0, 3)
const READABLE = 0o100644

/** A ZIP of the files in their order. Stored, not deflated: other versions of zlib would make other bytes of it. */
export async function writeZip(files: readonly Omit<ContainerFile, 'mediaType'>[]): Promise<Buffer> {
  const zip = new ZipFile()
  for (const { path, bytes } of files)
    zip.addBuffer(Buffer.from(bytes), path, {
      ...{ mtime: sameTime(), mode: READABLE, compress: false },
      // Without the extra field that holds seconds in UTC: ASiC wants none on `mimetype`.
      forceDosTimestamp: true,
    })
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
