import { vi } from 'vitest'

// As in a page that is not cross-origin isolated.
vi.stubGlobal('crossOriginIsolated', false)
const { testCapture } = await import('./capture.testing.ts')

testCapture()
