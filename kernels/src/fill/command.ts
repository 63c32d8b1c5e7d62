import { family } from '../runtime/command.ts'

/** Bytes in one work item. */
export const FILL_BLOCK = 4096

/**
 * Fills `bytes` bytes at y with a pattern of 4 bytes (`fillPattern`); where `bytes` is no multiple of 4, all bytes of the pattern
 * must be equal. One item is `FILL_BLOCK` bytes.
 */
export const fill = family('Fill', ['fill'], { y: 'out', bytes: 'size', pattern: 'i32' }, () => FILL_BLOCK / 20)
