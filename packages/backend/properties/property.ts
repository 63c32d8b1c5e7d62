import type fc from 'fast-check'

/** What holds for all cases of a kernel. */
export interface Property {
  cases: fc.Arbitrary<unknown>
  /** Throws where it does not hold. False where the case was not the SIMD kernel's. */
  check(drawn: unknown): boolean | Promise<boolean>
}
