/** The text or file is not a certificate that can be read. */
export class NotACertificate extends Error {
  override readonly name = 'NotACertificate'
}

/** The development PKI could not be made or renewed; the message says which file and why. */
export class PkiUnusable extends Error {
  override readonly name = 'PkiUnusable'
}
