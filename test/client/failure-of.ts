/** What a promise rejects with; listened to from the start, so that it may reject before it is awaited. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => new Error(`It did not fail but gave ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}
