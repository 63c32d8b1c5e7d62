/**
 * By the name of a workload: where it misses a target, why. What the generated code shows, what was tried. docs/benchmarks.md has it beside
 * the figures as long as the target is missed.
 */
export const notes: Readonly<Record<string, string>> = {}
