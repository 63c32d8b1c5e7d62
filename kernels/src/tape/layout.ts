import { families, type KernelName } from '../generated/commands.ts'
import { type CommandFamily, fieldWords, HEADER_WORDS } from '../runtime/command.ts'

/** What the words of a kernel's command block mean. */
export interface Layout {
  readonly kernel: KernelName
  readonly family: string
  /** The first word of each field. */
  readonly word: Readonly<Record<string, number>>
  /** The words that hold addresses, and whether the kernel writes there. */
  readonly addresses: readonly { readonly word: number; readonly writes: boolean }[]
}

/** By kernel id. */
export const layouts: readonly Layout[] = (families as readonly Omit<CommandFamily, 'work'>[]).flatMap((family) => {
  const word: Record<string, number> = {}
  const addresses: { word: number; writes: boolean }[] = []
  let at = HEADER_WORDS
  for (const [name, type] of Object.entries(family.fields)) {
    word[name] = at
    if (type === 'ptr' || type === 'out') addresses.push({ word: at, writes: type === 'out' })
    at += fieldWords(type)
  }
  return family.kernels.map((kernel) => ({
    kernel: kernel as KernelName,
    family: family.name,
    word,
    addresses,
  }))
})
