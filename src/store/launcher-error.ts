/** Why the database could not be made ready, and what the operator can do about it. */
export class LauncherError extends Error {
  override readonly name = 'LauncherError'
}
