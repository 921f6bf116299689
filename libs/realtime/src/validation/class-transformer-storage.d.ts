/** A part of class-transformer that it has no types for; whoever takes it looks at what is there. */
declare module 'class-transformer/cjs/storage.js' {
  export const defaultMetadataStorage: unknown;
}
