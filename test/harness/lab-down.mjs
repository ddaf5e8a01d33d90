import { labDown } from '../../dist/lab/down.js';

export default async function down() {
  await labDown({ purge: true });
}
