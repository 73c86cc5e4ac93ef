export type ContainerFaultKind =
  /** Not a ZIP, cut off, or put together in a way that readers would understand differently. */
  | 'form'
  /** A comment, or bytes between or before the files: no signature covers them. */
  | 'beside'
  /** More files, more bytes, or more of them out of fewer than evidence has. */
  | 'too-large'
  /** A file name that leads elsewhere, or stands twice. */
  | 'name'
  /** Not ASiC-E: `mimetype` is not the first file, stored as it is. */
  | 'mimetype'

/** A file is not a container of evidence. The message names rules and never content. */
export class ContainerFault extends Error {
  override readonly name = 'ContainerFault'
  readonly kind: ContainerFaultKind

  constructor(kind: ContainerFaultKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}
