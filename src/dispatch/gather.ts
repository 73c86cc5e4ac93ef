/**
 * Writes items one group after the other: the first after `moment`, all that come meanwhile with it, and all that come while a
 * group is written together after it.
 * Each promise is that of the group its item was written with.
 */
export function gather<Item>(
  write: (items: readonly Item[]) => Promise<void>,
  moment: () => Promise<void> = () => Promise.resolve(),
): (item: Item) => Promise<void> {
  let gathered: Item[] = []
  let next: Promise<void> | undefined
  let before = Promise.resolve()
  const writeGathered = (): Promise<void> => {
    const items = gathered
    gathered = []
    next = undefined
    return write(items)
  }
  return (item) => {
    gathered.push(item)
    if (next !== undefined) return next
    next = before.then(moment).then(writeGathered)
    // A group that fails fails for those who wait for it; the next one is written all the same.
    before = next.catch(() => undefined)
    return next
  }
}
