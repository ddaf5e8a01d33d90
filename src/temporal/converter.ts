import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { readPayloadKey, SealingCodec } from './seal.js';

/** How values become payloads: as JSON that everybody can read, or sealed where there are keys. Alike for clients and workers. */
export function dataConverter(keyFiles: readonly string[]): DataConverter {
  const [first, ...others] = keyFiles.map(readPayloadKey);
  if (first === undefined) return {};
  return { payloadCodecs: [new SealingCodec(first, others)], failureConverterPath: fileURLToPath(new URL('./failure-converter.js', import.meta.url)) };
}
