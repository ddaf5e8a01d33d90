/** Reports in VVR's layout. Values marked (R) in the comments are recalled; all others are from the published guides. */

/** Healthy, as in current documentation. */
export const repstatusHealthy = `Replicated Data Set: orders_rvg
Primary:
  Host name:                  east-vvr.example.test
  RVG name:                   orders_rvg
  DG name:                    vrts_kube_dg-east
  RVG state:                  enabled for I/O
  Data volumes:               2
  VSets:                      0
  SRL name:                   orders_srl
  SRL size:                   278.38 G
  Total secondaries:          1

Secondary:
  Host name:                  west-vvr.example.test
  RVG name:                   orders_rvg
  DG name:                    vrts_kube_dg-west
  Rlink from Primary:         rlk_west-vvr_orders_rvg
  Rlink to Primary:           rlk_east-vvr_orders_rvg
  Configured mode:            asynchronous
  Latency protection:         override
  SRL protection:             autodcm
  Data status:                consistent, up-to-date
  Replication status:         replicating (connected)
  Current mode:               asynchronous
  Logging to:                 SRL
  Timestamp Information:      behind by  0h 0m 0s
  Bandwidth Limit:            N/A
  Compression Mode:           Off
`;

/** During the first synchronisation, as in VVR 4.1's guide. */
export const repstatusInitialSync = `Replicated Data Set: hr_rvg
Primary:
  Host name:                  seattle
  RVG name:                   hr_rvg
  DG name:                    hrdg
  RVG state:                  enabled for I/O
  Data volumes:               1
  SRL name:                   hr_srl
  SRL size:                   4.00 GB
  Total secondaries:          1

Secondary:
  Host name:                  london
  RVG name:                   hr_rvg
  DG name:                    hrdg
  Rlink from Primary:         rlk_london_hr_rvg
  Rlink to Primary:           rlk_seattle_hr_rvg
  Configured mode:            asynchronous
  Latency protection:         off
  SRL protection:             autodcm
  Data status:                inconsistent
  Replication status:         resync in progress (autosync)
  Current mode:               asynchronous
  Logging to:                 DCM (contains 169728 Kbytes) (autosync)
  Timestamp Information:      N/A
  Bandwidth Limit:            30.00 Mbps
`;

/** The text of the error is recalled (R); that the block exists is documented. */
export const configErrors = `
Config Errors:
  west-vvr.example.test:      Pri or Sec IP not available or vradmind not running, stale information
`;

/** `local` is the host that answers. */
export function printrvgAt(local: 'primary' | 'secondary', state?: string): string {
  const mark = (side: string): string => (side === local ? ' <localhost>' : '');
  const rvgState = (side: string): string => (side === local && state !== undefined ? `  RvgState: ${state}\n` : '');
  return `Replicated Data Set: orders_rvg
Primary:
  HostName: east-vvr.example.test${mark('primary')}
  RvgName: orders_rvg
  DgName: vrts_kube_dg-east
${rvgState('primary')}Secondary:
  HostName: west-vvr.example.test${mark('secondary')}
  RvgName: orders_rvg
  DgName: vrts_kube_dg-west
${rvgState('secondary')}`;
}

export const printvol = `Replicated Data Set: orders_rvg
TY   PRIMARY                 SECONDARY
h    east-vvr.example.test   west-vvr.example.test
dg   vrts_kube_dg-east       vrts_kube_dg-west
rv   orders_rvg              orders_rvg

v    orders-ledger-vol       orders-ledger-vol
sz   131072                  131072
pn   1                       1
fl   DCM                     DCM

v    orders-index-vol        orders-index-vol
sz   32768                   32768
pn   1                       1
fl   DCM                     DCM
`;

/** Layout recalled (R). */
export function vxprint(flags: Readonly<Record<string, string>>): string {
  return Object.entries(flags)
    .map(([volume, value]) => `Volume: ${volume}\ninfo:     len=131072\nstate:    state=ACTIVE kernel=ENABLED\nflags:    ${value}\n`)
    .join('\n');
}
