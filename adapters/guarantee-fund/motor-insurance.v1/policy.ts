/** The registry's answer, as `answer.schema.json` describes it. */
export interface PolicyAnswer {
  readonly reference: string
  readonly policy: {
    readonly number: string
    readonly vehicle: { readonly vin: string }
    readonly insurer: { readonly name: string }
    readonly cover: { readonly from: string; readonly to: string }
  } | null
}
