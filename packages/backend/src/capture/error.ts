/** Why a function can not be captured, or a captured step not be run; names the operation and says what to do. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError'
}
