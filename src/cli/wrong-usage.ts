/** The command was asked for something that is not there to be had: exit code 2, one sentence. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage'
}
