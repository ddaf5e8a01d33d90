export * from './unit-is-adopted.js';
export * from './records-are-equal.js';
export * from './unit-is-free.js';
export * from './source-is-the-writer.js';
export * from './primary-is-the-expected-one.js';
