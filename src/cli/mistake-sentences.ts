/** What the operating system adds to its errors. */
interface SystemError {
  readonly code: string
  readonly path?: string
  readonly port?: number
}

const thing = ({ path }: SystemError): string => path ?? 'a file or folder'

/** What a person can mend, by the operating system's code. */
const SENTENCES: Readonly<Record<string, (error: SystemError) => string>> = {
  ENOENT: (error) => `${thing(error)} does not exist`,
  EACCES: (error) =>
    error.port === undefined
      ? `there is no right to use ${thing(error)}`
      : `there is no right to listen on port ${error.port}; set EDNO_HTTP_PORT`,
  EPERM: (error) => `there is no right to use ${thing(error)}`,
  EEXIST: (error) => `${thing(error)} exists already and is not a folder`,
  ENOTDIR: (error) => `${thing(error)} is not a folder`,
  EISDIR: (error) => `${thing(error)} is a folder, not a file`,
  EROFS: (error) => `${thing(error)} is on a file system that can only be read`,
  EADDRINUSE: ({ port }) => `port ${port ?? ''} is taken, perhaps by another edno; set EDNO_HTTP_PORT`,
}

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'

/** One sentence for a person; a code of the operating system never reaches the screen where a sentence is known. */
export function sentenceOf(error: unknown): string {
  if (isSystemError(error)) {
    const sentence = SENTENCES[error.code]
    if (sentence !== undefined) return sentence(error)
  }
  return error instanceof Error ? error.message : String(error)
}
