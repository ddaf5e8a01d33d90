// Package daemon is vvrd: one site's part of the VVR simulator.
package daemon

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"changeover.test/lab/vvr/internal/config"
	"changeover.test/lab/vvr/internal/report"
)

// Roles of an RVG. acting-secondary is an old Primary whose place was taken
// over while it was away.
const (
	rolePrimary   = "primary"
	roleSecondary = "secondary"
	roleActing    = "acting-secondary"
)

// Why a link logs to its DCM instead of the SRL.
const (
	dcmNone     = ""
	dcmOverflow = "srl"
	dcmFailback = "failback"
	dcmAutosync = "autosync"
)

// Phases of a migrate. "half" is a demoted source whose target stays Secondary.
const (
	phasePrepared = "prepared"
	phaseDemoted  = "demoted"
	phaseHalf     = "half"
)

// transition is a role change under way; both sites keep it on disk, so that a
// daemon killed half-way knows at its next start what to settle.
type transition struct {
	ID    string `json:"id"`
	From  string `json:"from"` // the coordinator: the Primary when it began
	To    string `json:"to"`
	Phase string `json:"phase"`
	// Mark is the coordinator's count of marks when it set this one: a heartbeat
	// with a lower count was sent before and says nothing about it.
	Mark int64 `json:"mark"`
}

// takeover is how this site became Primary without the old one's consent.
type takeover struct {
	From         string    `json:"from"`
	At           time.Time `json:"at"`
	FastFailback bool      `json:"fastFailback"`
	AutoFailback bool      `json:"autoFailback"`
}

// linkState is what a Primary keeps on disk about the RLINK to one Secondary.
type linkState struct {
	Attached bool   `json:"attached"`
	Paused   bool   `json:"paused"`
	DCM      string `json:"dcm"`
	DCMBytes int64  `json:"dcmBytes"`
}

// rvgState is the part of an RVG that survives the daemon.
type rvgState struct {
	Spec       config.RVG            `json:"spec"`
	Role       string                `json:"role"`
	Primary    string                `json:"primary"`
	Epoch      int64                 `json:"epoch"` // grows with every change of role
	Consistent bool                  `json:"consistent"`
	Links      map[string]*linkState `json:"links"`
	Transition *transition           `json:"transition,omitempty"`
	Marks      int64                 `json:"marks"` // grows when a transition begins or ends
	Takeover   *takeover             `json:"takeover,omitempty"`
	// MovingTo is the generation that a demotion is moving the data to.
	MovingTo int         `json:"movingTo,omitempty"`
	Command  string      `json:"command,omitempty"` // running now; stale after a crash
	LastRDS  *report.RDS `json:"lastRds,omitempty"`
}

// persisted is state.json.
type persisted struct {
	LogOwner string               `json:"logOwner"`
	Switches switches             `json:"switches"`
	Plain    map[string]int64     `json:"plain"` // volumes in no RVG, size in bytes
	RVGs     map[string]*rvgState `json:"rvgs"`
}

// loadState returns nil at the first start.
func loadState(dir string) (*persisted, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "state.json"))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var p persisted
	return &p, json.Unmarshal(raw, &p)
}

// save writes state.json atomically. No fsync: what must survive is a killed
// daemon, not a power cut. Callers hold d.mu; a failing disk ends the daemon,
// because a role that is not on disk must not be acted on.
func (d *Daemon) save() {
	p := persisted{LogOwner: d.logOwner, Switches: d.sim, Plain: d.plain, RVGs: map[string]*rvgState{}}
	for name, r := range d.rvgs {
		p.RVGs[name] = r.rvgState
	}
	raw, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = writeAtomic(filepath.Join(d.stateDir, "state.json"), raw)
	}
	if err != nil {
		d.fatal("state.json: " + err.Error())
	}
	d.announce()
}

// announce wakes everybody who waits for a change. Callers hold d.mu.
func (d *Daemon) announce() {
	close(d.changed)
	d.changed = make(chan struct{})
}

func writeAtomic(path string, raw []byte) error {
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}
