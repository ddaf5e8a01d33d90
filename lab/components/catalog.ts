import { join } from 'node:path';
import { repositoryRoot } from '../paths.js';

/** Versions that belong together; the Go modules beside this file pin the same ones. */
export const versions = { kubernetes: '1.35.4', etcd: '3.6.5', temporal: '1.8.2', temporalServer: '1.31.2', temporalUi: '2.50.1', helm: '3.20.2' } as const;

/** How a program is compiled from a Go module of this repository. */
export interface GoBuild {
  /** The module's folder. */
  readonly folder: string;
  readonly package: string;
  readonly ldflags: string;
}

/** Where the makers publish a program, below one of the base addresses. */
export interface Release {
  readonly base: 'kubernetes' | 'github' | 'helm';
  readonly path: string;
  readonly checksumPath: string;
  /** For an archive: the member that is the program. */
  readonly member?: string;
}

export interface Program {
  readonly name: string;
  /** The environment variable that names a program to use instead. */
  readonly variable: string;
  /** Pinned for other people's programs; our own are known by the hash of their sources. */
  readonly pinned?: {
    readonly version: string;
    /** What `--version` must say for a program found on the PATH: the same minor version. */
    readonly says: RegExp;
    /** What a program without `--version` is asked instead. */
    readonly asked?: readonly string[];
    readonly release: Release;
  };
  readonly build: GoBuild;
}

/** Every program of the lab that can be compiled. BIND, openssl and kubectl are found otherwise. */
export function programCatalog(architecture: string = process.arch): readonly Program[] {
  const arch = architecture === 'x64' ? 'amd64' : architecture;
  const modules = join(repositoryRoot(), 'lab');
  return [
    etcd(arch, modules),
    ...(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const).map((name) => kubernetes(name, arch, modules)),
    temporal(arch, modules),
    ...(['kubelet', 'load-balancer', 'provisioner'] as const).map((name) => own(name, join(modules, 'node'))),
    ...(['vvrd', 'vradmin'] as const).map((name) => own(name, join(modules, 'vvr'))),
  ];
}

/** Programs that only tests need: a chart is judged by helm itself, the compose file by Temporal's own server and schema tool. */
export function testProgramCatalog(architecture: string = process.arch): readonly Program[] {
  const arch = architecture === 'x64' ? 'amd64' : architecture;
  const modules = join(repositoryRoot(), 'lab');
  return [helm(arch, modules), temporalServer('temporal-server', 'cmd/server', { arch, modules }), temporalServer('temporal-sql-tool', 'cmd/tools/sql', { arch, modules }), temporalUi(arch, modules)];
}

function helm(arch: string, modules: string): Program {
  const version = versions.helm;
  const archive = `helm-v${version}-linux-${arch}.tar.gz`;
  return {
    name: 'helm',
    variable: variableOf('helm'),
    pinned: {
      version,
      says: new RegExp(`^v${version.split('.').slice(0, 2).join('\\.')}\\.`),
      asked: ['version', '--short'],
      release: { base: 'helm', path: archive, checksumPath: `${archive}.sha256sum`, member: `linux-${arch}/helm` },
    },
    build: {
      folder: join(modules, 'components', 'helm'),
      package: 'helm.sh/helm/v3/cmd/helm',
      // Unstamped it takes clusters for Kubernetes 1.20 when it renders without one, which the chart refuses.
      ldflags: `-s -w -X helm.sh/helm/v3/internal/version.version=v${version} -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=${versions.kubernetes.split('.')[1]}`,
    },
  };
}

function temporalServer(name: string, place: string, where: { readonly arch: string; readonly modules: string }): Program {
  const version = versions.temporalServer;
  const release = `temporalio/temporal/releases/download/v${version}`;
  return {
    name,
    variable: variableOf(name),
    pinned: {
      version,
      says: new RegExp(`version ${version.split('.').slice(0, 2).join('\\.')}\\.`),
      release: { base: 'github', path: `${release}/temporal_${version}_linux_${where.arch}.tar.gz`, checksumPath: `${release}/checksums.txt`, member: name },
    },
    // Beside the command line client, which carries the same server: one module, one set of versions, one build cache.
    build: { folder: join(where.modules, 'components', 'temporal'), package: `go.temporal.io/server/${place}`, ldflags: '-s -w' },
  };
}

function temporalUi(arch: string, modules: string): Program {
  const version = versions.temporalUi;
  const release = `temporalio/ui-server/releases/download/v${version}`;
  return {
    name: 'temporal-ui',
    variable: variableOf('temporal-ui'),
    pinned: {
      version,
      says: new RegExp(`version ${version.split('.').slice(0, 2).join('\\.')}\\.`),
      release: { base: 'github', path: `${release}/ui-server_${version}_linux_${arch}.tar.gz`, checksumPath: `${release}/checksums.txt`, member: 'ui-server' },
    },
    // The command line client carries it too, so its module stands in the same go.mod.
    build: { folder: join(modules, 'components', 'temporal'), package: 'github.com/temporalio/ui-server/v2/cmd/server', ldflags: '-s -w' },
  };
}

function kubernetes(name: string, arch: string, modules: string): Program {
  const version = versions.kubernetes;
  const [major, minor] = version.split('.');
  const stamp = 'k8s.io/component-base/version';
  const path = `v${version}/bin/linux/${arch}/${name}`;
  return {
    name,
    variable: variableOf(name),
    pinned: {
      version,
      says: new RegExp(`Kubernetes v${major}\\.${minor}\\.`),
      release: { base: 'kubernetes', path, checksumPath: `${path}.sha256` },
    },
    build: {
      folder: join(modules, 'components', 'kubernetes'),
      package: `k8s.io/kubernetes/cmd/${name}`,
      // Without the stamps the API server calls itself v0.0.0, and clients choose features by its version.
      ldflags: `-s -w -X ${stamp}.gitVersion=v${version} -X ${stamp}.gitMajor=${major} -X ${stamp}.gitMinor=${minor}`,
    },
  };
}

function etcd(arch: string, modules: string): Program {
  const version = versions.etcd;
  const folder = `etcd-v${version}-linux-${arch}`;
  const release = `etcd-io/etcd/releases/download/v${version}`;
  return {
    name: 'etcd',
    variable: variableOf('etcd'),
    pinned: {
      version,
      says: new RegExp(`etcd Version: ${version.split('.').slice(0, 2).join('\\.')}\\.`),
      release: { base: 'github', path: `${release}/${folder}.tar.gz`, checksumPath: `${release}/SHA256SUMS`, member: `${folder}/etcd` },
    },
    build: { folder: join(modules, 'components', 'kubernetes'), package: 'go.etcd.io/etcd/server/v3', ldflags: '-s -w' },
  };
}

function temporal(arch: string, modules: string): Program {
  const version = versions.temporal;
  const release = `temporalio/cli/releases/download/v${version}`;
  return {
    name: 'temporal',
    variable: variableOf('temporal'),
    pinned: {
      version,
      says: new RegExp(`version ${version.split('.').slice(0, 2).join('\\.')}\\.`),
      release: { base: 'github', path: `${release}/temporal_cli_${version}_linux_${arch}.tar.gz`, checksumPath: `${release}/checksums.txt`, member: 'temporal' },
    },
    build: {
      folder: join(modules, 'components', 'temporal'),
      package: 'github.com/temporalio/cli/cmd/temporal',
      ldflags: `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${version}`,
    },
  };
}

function own(name: string, folder: string): Program {
  return { name, variable: variableOf(name), build: { folder, package: `./cmd/${name}`, ldflags: '-s -w' } };
}

function variableOf(name: string): string {
  return `CHANGEOVER_${name.toUpperCase().replaceAll('-', '_')}`;
}
