/** Why the embedded database could not be started, and what the operator can do; the cause is below `cause`. */
export class LauncherError extends Error {
  override readonly name = 'LauncherError'
}
