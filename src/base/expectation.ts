/** Where a figure is expected to lie; limits of `between` belong to it. */
export type Expectation =
  | { readonly below: number }
  | { readonly above: number }
  | { readonly atLeast: number }
  | { readonly atMost: number }
  | { readonly between: readonly [number, number] };
