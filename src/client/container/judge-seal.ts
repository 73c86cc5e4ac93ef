import { createHash } from 'node:crypto'
import { SIGNATURES } from '../../evidence/container-file.ts'
import { readCertificate } from '../../pki/read-certificate.ts'
import { verifyContainerSignature } from '../../signature/verify-container-signature.ts'
import type { Files } from './held.ts'
import type { ContainerFinding } from './verdict.ts'

/** The signature over the whole: by whom, and whether these are the files it is over. */
export function judgeContainerSeal(files: Files, seals: readonly string[]): readonly ContainerFinding[] {
  const signature = verifyContainerSignature(files.get(SIGNATURES) ?? Buffer.alloc(0))
  if (signature === undefined) return [{ what: 'container.signature', holds: false }]
  const signer = createHash('sha256').update(signature.der).digest('hex')
  return [
    { what: 'container.signature', holds: true },
    ...(seals.length === 0
      ? []
      : [{ what: 'container.seal' as const, holds: seals.some((pem) => readCertificate(pem).sha256 === signer) }]),
    ...judgeFiles(files, signature.files),
  ]
}

function judgeFiles(
  files: Files,
  signed: readonly { readonly path: string; readonly digest: string }[],
): readonly ContainerFinding[] {
  const named = new Map(signed.map(({ path, digest }) => [path, digest]))
  const digestOf = (path: string): string | undefined => {
    const bytes = files.get(path)
    return bytes && createHash('sha256').update(bytes).digest('base64')
  }
  const wrong = [
    ...[...named].flatMap(([path, digest]) => (digestOf(path) === digest ? [] : [path])),
    ...[...files.keys()].filter((path) => path !== SIGNATURES && !named.has(path)),
  ]
  if (wrong.length === 0) return [{ what: 'container.files', holds: true }]
  return wrong.map((about) => ({ what: 'container.files', holds: false, about }))
}
