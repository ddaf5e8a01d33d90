import { productConfigPath } from './product-paths.js';
import { Supervised } from './supervised.js';

/** The product's worker for everything, supervised. */
export class SupervisedWorker extends Supervised {
  constructor(program: string) {
    super({ id: 'worker', program, args: () => ['--config', productConfigPath()], ready: 'worker ready:' });
  }
}
