import { defineAdapter, openAdapter, regixOperation } from '../../src/adapter-kit/index.ts'

/** МВР, the national register of vehicles, through RegiX: which vehicle carries a plate, and whose it is. */
export default defineAdapter({
  open: (options) => openAdapter(options, { 'registration@1': regixOperation }),
})
