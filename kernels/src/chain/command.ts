import { family } from '../runtime/command.ts'

/**
 * Runs `count` commands, whose addresses lie at `list`, item by item: the first item of each, then the second of each. All have as
 * many items as this command has. An item of one reads what others write only in the same item.
 */
export const chain = family('Chain', ['chain'], { list: 'ptr', count: 'size' }, ({ count }) => count * 250)
