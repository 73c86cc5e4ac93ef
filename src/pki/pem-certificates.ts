import { X509Certificate } from 'node:crypto'
import { NotACertificate } from './pki-errors.ts'

/** One that does not end is a block too, so that whoever reads it sees that it is broken. */
const BLOCKS = /-----BEGIN CERTIFICATE-----[^-]*(?:-----END CERTIFICATE-----)?/g

/** The certificates of a PEM text, each as it stands there; other text between them does no harm. */
export const certificateBlocks = (text: string): readonly string[] => text.match(BLOCKS) ?? []

/** The same, read. Throws `NotACertificate` where one is broken. */
export const pemCertificates = (text: string): readonly X509Certificate[] =>
  certificateBlocks(text).map((block) => {
    try {
      return new X509Certificate(block)
    } catch (error) {
      throw new NotACertificate('a certificate in PEM is broken', { cause: error })
    }
  })
