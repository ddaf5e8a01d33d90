package daemon

import "os"

// switches are the simulator's own: how long things take and what goes wrong.
// They belong to one site and survive a restart of its daemon.
type switches struct {
	MigrateMs                    int64  `json:"migrateMs"`
	MigrateHang                  bool   `json:"migrateHang"`
	MigrateFailRemote            bool   `json:"migrateFailRemote"`
	MigrateExitNonZeroThoughDone bool   `json:"migrateExitNonZeroThoughDone"`
	MigrateOutliveClient         bool   `json:"migrateOutliveClient"`
	MigrateStopHalf              bool   `json:"migrateStopHalf"`
	MigrateCrashAt               string `json:"migrateCrashAt"` // "prepared" or "demoted": the daemon exits there
	FrameMs                      int64  `json:"frameMs"`
	BandwidthBytesPerSec         int64  `json:"bandwidthBytesPerSec"`
	DelayMs                      int64  `json:"delayMs"`
	PauseReplication             bool   `json:"pauseReplication"`
	SRLSizeBytes                 int64  `json:"srlSizeBytes"` // 0: each RVG's own
	FreezeView                   bool   `json:"freezeView"`
}

func defaultSwitches() switches { return switches{FrameMs: 50} }

// waitWhileHanging is the switch migrateHang: roles stay as they are, the
// command does not return. False when the daemon ends.
func (d *Daemon) waitWhileHanging() bool {
	for {
		d.mu.Lock()
		hang, changed := d.sim.MigrateHang, d.changed
		d.mu.Unlock()
		if !hang {
			return true
		}
		select {
		case <-changed:
		case <-d.done:
			return false
		}
	}
}

// crashAt is the switch migrateCrashAt: the daemon is gone, as if killed.
func (d *Daemon) crashAt(phase string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sim.MigrateCrashAt == phase {
		d.sim.MigrateCrashAt = ""
		d.save()
		os.Exit(137)
	}
}
