/** A file of a container. Paths are ids of edno's own making: nothing in them is about a person. */
export interface ContainerFile {
  readonly path: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

export const MIMETYPE = 'application/vnd.etsi.asic-e+zip'
export const MIMETYPE_FILE = 'mimetype'
export const MANIFEST = 'META-INF/manifest.xml'
export const ASIC_MANIFEST = 'META-INF/ASiCManifest.xml'
export const SIGNATURES = 'META-INF/signatures.xml'

/** Segments of letters, digits, dots and dashes that begin with a letter or digit: neither `..` nor a leading slash is one. */
const PATH = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/
const MOST_CHARACTERS = 160

export const isPath = (path: string): boolean => path.length <= MOST_CHARACTERS && PATH.test(path)
