import { testCapture } from './capture.testing.ts'

testCapture()
