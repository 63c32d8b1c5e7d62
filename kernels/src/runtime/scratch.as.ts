/** This instance's own working memory, for packing. Each thread is an instance, so no two share it. */
export let scratch: usize = 0

export function setScratch(ptr: usize): void {
  scratch = ptr
}

/** The first byte behind the module's static data. */
export function heapBase(): usize {
  return __heap_base
}
