/** Replaces a method of one object, unseen by those who list its properties; `wrap` is given the method as it was. */
export function override<T extends object, K extends keyof T>(object: T, key: K, wrap: (stock: T[K]) => T[K]): void {
  const stock = (object[key] as (...args: unknown[]) => unknown).bind(object) as T[K]
  Object.defineProperty(object, key, { value: wrap(stock), writable: true, configurable: true, enumerable: false })
}
