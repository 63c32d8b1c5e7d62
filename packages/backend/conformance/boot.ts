// The globals that tfjs-core's tests are written against, and the one environment to run them in. Imported before them.
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js'
import jasmineCore from 'jasmine-core'
import '../src/index.ts'
import { LanewiseBackend } from '../src/backend.ts'

// As on a page that is not cross-origin isolated: no shared memory.
if (process.env.CONFORMANCE_MEMORY === 'ordinary') Object.assign(globalThis, { crossOriginIsolated: false })

// On the checked build.
if (process.env.LANEWISE_CHECKED !== undefined) await import('../../../kernels/src/runtime/checked.ts')

// Every tensor goes to wasm memory when it is made, so that backend-cpu's kernels too read views of it.
if (process.env.CONFORMANCE_DATA === 'resident') {
  const { write } = LanewiseBackend.prototype
  LanewiseBackend.prototype.write = function (values, shape, dtype) {
    const dataId = write.call(this, values, shape, dtype)
    const isNumeric = dtype !== 'string' && dtype !== 'complex64' && values != null
    if (isNumeric && !this.isHosting) this.ptr({ dataId, shape, dtype })
    return dataId
  }
}

const globals = jasmineCore.noGlobals()
Object.assign(globalThis, globals)
setTestEnvs([{ name: 'lanewise', backendName: 'lanewise', isDataSync: true }])

export const jasmineEnv = globals.jasmine.getEnv()
