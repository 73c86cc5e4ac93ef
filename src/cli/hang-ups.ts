/**
 * Reads again at each SIGHUP. One that comes while edno starts, which would end it, is heard once there is something to read again: whoever
 * changed files then cannot know how far it has come.
 */
export function hangUps(): { readonly readAgain: (reload: () => Promise<unknown>) => void } {
  let reload: (() => Promise<unknown>) | undefined
  let came = false
  process.on('SIGHUP', () => {
    came = true
    void reload?.()
  })
  return {
    readAgain: (ready) => {
      reload = ready
      if (came) void ready()
    },
  }
}
