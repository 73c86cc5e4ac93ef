import { createHash } from 'node:crypto'
import { type ContainerFile, MIMETYPE, SIGNATURES } from './container-file.ts'

const ODF = 'urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'
export const ASIC = 'http://uri.etsi.org/02918/v1.2.1#'
const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64')

/** `META-INF/manifest.xml` (OpenDocument 1.2, part 3): which files there are. */
export const writeManifest = (files: readonly ContainerFile[]): string =>
  `${DECLARATION}<manifest:manifest xmlns:manifest="${ODF}" manifest:version="1.2">\n` +
  [{ path: '/', mediaType: MIMETYPE }, ...files]
    .map(
      ({ path, mediaType }) =>
        `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="${mediaType}"/>\n`,
    )
    .join('') +
  '</manifest:manifest>\n'

/** `META-INF/ASiCManifest.xml` (ETSI EN 319 162-1, annex A.4): the digest of each, and where the signature is. */
export const writeAsicManifest = (files: readonly ContainerFile[]): string =>
  `${DECLARATION}<asic:ASiCManifest xmlns:asic="${ASIC}" xmlns:ds="${DSIG}">\n` +
  `<asic:SigReference URI="${SIGNATURES}" MimeType="application/xml"/>\n` +
  files
    .map(
      ({ path, mediaType, bytes }) =>
        `<asic:DataObjectReference URI="${path}" MimeType="${mediaType}"><ds:DigestMethod Algorithm="${SHA256}"/>` +
        `<ds:DigestValue>${sha256(bytes)}</ds:DigestValue></asic:DataObjectReference>\n`,
    )
    .join('') +
  '</asic:ASiCManifest>\n'
