import { cumprod as products } from '@lanewise/kernels'
import { Cumprod } from '@tensorflow/tfjs-core'
import { cumulative } from './Cumsum.ts'

export const cumprod = cumulative(Cumprod, products)
