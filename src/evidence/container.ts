import {
  ASIC_MANIFEST,
  type ContainerFile,
  isPath,
  MANIFEST,
  MIMETYPE,
  MIMETYPE_FILE,
  SIGNATURES,
} from './container-file.ts'
import { ContainerFault } from './container-fault.ts'
import { sha256, writeAsicManifest, writeManifest } from './manifests.ts'
import { readZip } from './read-zip.ts'
import { writeZip } from './write-zip.ts'

/** What the signature of a container is over. */
export interface SignedFile {
  readonly path: string
  readonly mediaType: string
  /** SHA-256, base64. */
  readonly digest: string
}

/** Gives `META-INF/signatures.xml` over these files. */
export type SignContainer = (files: readonly SignedFile[]) => Promise<Uint8Array>

const XML = 'application/xml'

/** ASiC-E (ETSI EN 319 162-1) of these files, signed over every one of them and over both manifests. */
export async function packContainer(files: readonly ContainerFile[], sign: SignContainer): Promise<Buffer> {
  for (const { path } of files) if (!isPath(path)) throw new ContainerFault('name', 'a path that no reader would take')
  const xml = (path: string, text: string): ContainerFile => ({ path, mediaType: XML, bytes: Buffer.from(text) })
  const all = [...files, xml(ASIC_MANIFEST, writeAsicManifest(files)), xml(MANIFEST, writeManifest(files))]
  const signature = await sign(all.map(({ path, mediaType, bytes }) => ({ path, mediaType, digest: sha256(bytes) })))
  return writeZip([
    { path: MIMETYPE_FILE, bytes: Buffer.from(MIMETYPE) },
    ...all,
    { path: SIGNATURES, bytes: signature },
  ])
}

/**
 * The files of a container by their paths, without `mimetype`. What they say is judged elsewhere.
 *
 * @throws ContainerFault
 */
export async function unpackContainer(bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const [first, ...files] = await readZip(bytes)
  if (first?.path !== MIMETYPE_FILE || !first.plain || first.bytes.toString('latin1') !== MIMETYPE)
    throw new ContainerFault('mimetype', `the first file is not ${MIMETYPE_FILE}, stored as it is, with ${MIMETYPE}`)
  return new Map(files.map(({ path, bytes: content }) => [path, content]))
}
