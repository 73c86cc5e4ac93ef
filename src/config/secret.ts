import { inspect } from 'node:util'

const HIDDEN = '[secret]'

/** Holds what must not be printed. Whoever needs it says so: `reveal()`. */
export class Secret<Value> {
  readonly #value: Value

  constructor(value: Value) {
    this.#value = value
  }

  reveal(): Value {
    return this.#value
  }

  toJSON(): string {
    return HIDDEN
  }

  toString(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}
