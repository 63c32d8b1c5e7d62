import '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-backend-cpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { lstm, lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { dirname } from 'node:path'
import { createRequire } from 'node:module'
setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')) + '/dist/')
console.warn = () => {}
type Make = (a: tfl.LSTMLayerArgs) => any
const seq = (make: Make, ...l: any[]) => tfl.sequential({ layers: l.map((a) => make({ ...a, recurrentInitializer: 'glorotNormal' })) })
const jobs: { name: string; build: (make: Make) => tfl.LayersModel; x: number[]; y?: number[]; train?: boolean }[] = [
  { name: 'LSTM(64) 10x1 batch 1 predict', build: (m) => seq(m, { units: 64, inputShape: [10, 1] }), x: [1, 10, 1] },
  { name: '2xLSTM(64)+Dense batch 1 predict', build: (m) => { const s = seq(m, { units: 64, inputShape: [10, 1], returnSequences: true }, { units: 64 }); s.add(tfl.layers.dense({ units: 1 })); return s }, x: [1, 10, 1] },
  { name: '2xLSTM(64)+Dense batch 32 predict', build: (m) => { const s = seq(m, { units: 64, inputShape: [10, 1], returnSequences: true }, { units: 64 }); s.add(tfl.layers.dense({ units: 1 })); return s }, x: [32, 10, 1] },
  { name: '2xLSTM(64)+Dense batch 32 train', build: (m) => { const s = seq(m, { units: 64, inputShape: [10, 1], returnSequences: true }, { units: 64 }); s.add(tfl.layers.dense({ units: 1 })); return s }, x: [32, 10, 1], y: [32, 1], train: true },
  { name: 'LSTM(256) 100x128 batch 1', build: (m) => seq(m, { units: 256, inputShape: [100, 128] }), x: [1, 100, 128] },
  { name: 'LSTM(256) 100x128 batch 16', build: (m) => seq(m, { units: 256, inputShape: [100, 128] }), x: [16, 100, 128] },
]
for (const job of jobs) {
  const run: Record<string, () => Promise<void>> = {}
  const out: Record<string, any> = {}
  for (const b of ['lanewise', 'wasm']) {
    await tf.setBackend(b)
    const model = job.build(b === 'lanewise' ? lstm : tfl.layers.lstm)
    model.setWeights(model.getWeights().map((w, i) => tf.randomUniform(w.shape, -0.1, 0.1, 'float32', i)))
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    const x = tf.randomUniform(job.x, -1, 1, 'float32', 5), y = job.y && tf.randomUniform(job.y, -1, 1, 'float32', 6)
    out[b] = (model.predict(x) as tf.Tensor).dataSync()
    run[b] = job.train ? async () => { await model.trainOnBatch(x, y!) } : async () => { const p = model.predict(x) as tf.Tensor; await p.data(); p.dispose() }
  }
  const best: Record<string, number> = {}
  for (let round = 0; round < 7; round++)
    for (const b of ['lanewise', 'wasm']) {
      await tf.setBackend(b)
      const ms = round === 0 ? 500 : 150
      let n = 0; const t = performance.now(); let e = 0
      do { await run[b](); n++; e = performance.now() - t } while (e < ms)
      if (round > 0) best[b] = Math.min(best[b] ?? Infinity, e / n)
    }
  let diff = 0; out['lanewise'].forEach((v: number, i: number) => { diff = Math.max(diff, Math.abs(v - out['wasm'][i])) })
  console.log(job.name.padEnd(36), best['lanewise'].toFixed(3), best['wasm'].toFixed(3), (best['wasm'] / best['lanewise']).toFixed(1) + 'x', 'diff', diff.toExponential(1))
}
