import { X509Certificate } from 'node:crypto'

/** Is a certificate good at an instant? The reason names the check that failed, never what the certificate says. */
export type Trust = { readonly trusted: true } | { readonly trusted: false; readonly reason: string }

const refusal = (reason: string): Trust => ({ trusted: false, reason })
const inForce = (certificate: X509Certificate, at: Date): boolean =>
  at >= new Date(certificate.validFrom) && at <= new Date(certificate.validTo)

function issuerOf(certificate: X509Certificate, authorities: readonly X509Certificate[]): X509Certificate | undefined {
  return authorities.find((authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey))
}

const parse = (der: Uint8Array): X509Certificate | undefined => {
  try {
    return new X509Certificate(der)
  } catch {
    return undefined
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Trust in end-entity certificates that one of these authorities (PEM, any number) issued, each in its dates. */
export function issuedByOneOf(authoritiesPem: string): (der: Uint8Array, at: Date) => Trust {
  const authorities = (authoritiesPem.match(PEM) ?? []).map((pem) => new X509Certificate(pem)).filter(({ ca }) => ca)
  return (der, at) => {
    const certificate = parse(der)
    if (certificate === undefined) return refusal('not a certificate')
    if (certificate.ca) return refusal('a certificate of an authority')
    const issuer = issuerOf(certificate, authorities)
    if (issuer === undefined) return refusal('issued by none of the configured authorities')
    if (!inForce(certificate, at)) return refusal('outside its dates')
    return inForce(issuer, at) ? { trusted: true } : refusal('its authority is outside its dates')
  }
}
