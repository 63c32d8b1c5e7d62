// `npm run docs`: writes docs/kernels.md.
import { writeFileSync } from 'node:fs'
import { rows } from './rows.ts'
import { page } from './table.ts'

writeFileSync(new URL('../../../docs/kernels.md', import.meta.url), page(await rows()))
