import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/**
 * Bundles the workflows once at build time, so that a worker starts without webpack. There are two: the second, for sealed payloads,
 * also turns the messages of failures into payloads.
 */
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const options = { workflowsPath: at('./workflows/index.js'), logger: new DefaultLogger('WARN') };
const plain = await bundleWorkflowCode(options);
const sealed = await bundleWorkflowCode({ ...options, failureConverterPath: at('./temporal/failure-converter.js') });
await writeFile(at('../workflow-bundle.js'), plain.code);
await writeFile(at('../workflow-bundle-sealed.js'), sealed.code);
