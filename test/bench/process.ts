/** A measured process: a server of its own, so that its CPU time is its own. */
export interface BenchSetting {
  /** Base URL of the simulated registries. */
  readonly registries: string
  /** PEM texts. */
  readonly tls: {
    readonly ca: string
    readonly serverKey: string
    readonly serverCertificate: string
    readonly clientKey: string
    readonly clientCertificate: string
  }
}

export interface BenchProcess {
  readonly url: string
  readonly close: () => Promise<void>
}

/** What the parent asks, and what the child answers. */
export type BenchRequest = { readonly kind: 'usage' } | { readonly kind: 'stop' }
export type BenchReply =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'usage'; readonly cpuMs: number; readonly rssMb: number }
