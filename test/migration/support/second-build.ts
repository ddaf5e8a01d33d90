import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { repositoryRoot, scopeFolder } from '../../../lab/paths.js';
import { productConfigPath, workerProgram } from '../../../lab/scenario/product-paths.js';
import { Supervised } from '../../../lab/scenario/supervised.js';

/** A control worker of another build: the same code with other workflow bundles, below node_modules so that its imports resolve. */
export class SecondBuild extends Supervised {
  constructor() {
    super({ id: 'second-build', program: workerProgram(folder()), args: () => ['--sites', 'none', '--config', configPath()], ready: 'worker ready:' });
  }

  override async start(): Promise<void> {
    const dist = join(repositoryRoot(), 'dist');
    rmSync(folder(), { recursive: true, force: true });
    mkdirSync(folder(), { recursive: true });
    cpSync(join(dist, 'src'), join(folder(), 'src'), { recursive: true });
    writeFileSync(join(folder(), 'package.json'), '{"type":"module"}\n');
    // Before the code, not after it: a bundle ends with its source map.
    for (const bundle of ['workflow-bundle.js', 'workflow-bundle-sealed.js']) writeFileSync(join(folder(), bundle), `// another build\n${readFileSync(join(dist, bundle), 'utf8')}`);
    // Two workers on one host cannot answer Prometheus on one port.
    const { metrics: _, ...config } = parse(readFileSync(productConfigPath(), 'utf8')) as Readonly<Record<string, unknown>>;
    writeFileSync(configPath(), stringify(config));
    await super.start();
  }

  remove(): void {
    rmSync(folder(), { recursive: true, force: true });
  }
}

function configPath(): string {
  return join(scopeFolder('product'), 'second-build.yaml');
}

function folder(): string {
  return join(repositoryRoot(), 'node_modules', '.cache', 'changeover-second-build');
}
