package daemon

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"changeover.test/lab/vvr/internal/config"
)

// actions are the parts of {"op":"sim","set":{…}} that are done, not kept.
type actions struct {
	LogOwner  *string `json:"logOwner"`
	ForceRole *struct {
		RVG  string `json:"rvg"`
		Role string `json:"role"`
	} `json:"forceRole"`
}

// rvgDetail is what {"op":"sim","get":true} tells about an RVG beyond vradmin.
type rvgDetail struct {
	Role       string                `json:"role"`
	Primary    string                `json:"primary"`
	Consistent bool                  `json:"consistent"`
	Generation int                   `json:"generation"`
	Transition *transition           `json:"transition,omitempty"`
	Busy       string                `json:"busy"`
	Frames     int64                 `json:"frames"`
	StoppedMs  float64               `json:"stoppedMs"` // for all those frames together
	Connected  map[string]bool       `json:"connected"`
	Links      map[string]*linkState `json:"links"`
	LinkErrors map[string]string     `json:"linkErrors,omitempty"`
}

type simAnswer struct {
	OK       bool                 `json:"ok"`
	Switches switches             `json:"switches"`
	LogOwner string               `json:"logOwner"`
	RVGs     map[string]rvgDetail `json:"rvgs"`
}

// simulate serves the simulator's own switches.
func (d *Daemon) simulate(q localRequest) any {
	var err error
	switch {
	case q.Set != nil:
		err = d.set(q.Set)
	case q.AddRVG != nil:
		err = d.addAtRunTime(q.AddRVG)
	case q.RemoveRVG != "":
		err = d.removeRVG(q.RemoveRVG)
	}
	if err != nil {
		return failure{Reason: err.Error()}
	}
	return d.detail()
}

func (d *Daemon) set(raw json.RawMessage) error {
	// A misspelt switch must not be silently ignored: a fault that is not
	// injected makes a test of it pass.
	var known map[string]json.RawMessage
	if err := json.Unmarshal(raw, &known); err != nil {
		return err
	}
	var a actions
	if err := json.Unmarshal(raw, &a); err != nil {
		return err
	}
	delete(known, "logOwner")
	delete(known, "forceRole")
	rest, err := json.Marshal(known)
	if err != nil {
		return err
	}
	d.mu.Lock()
	next := d.sim
	strict := json.NewDecoder(bytes.NewReader(rest))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&next); err != nil {
		d.mu.Unlock()
		return err
	}
	d.sim = next
	if a.LogOwner != nil {
		d.logOwner = *a.LogOwner
	}
	for _, r := range d.rvgs {
		if !next.FreezeView {
			r.frozen = nil
		}
		kick(r.kick)
		for _, l := range r.links {
			kick(l.kick)
		}
	}
	d.save()
	d.mu.Unlock()
	if a.ForceRole != nil {
		return d.forceRole(a.ForceRole.RVG, a.ForceRole.Role)
	}
	return nil
}

// forceRole sets a role without asking anybody: it can make two Primaries, or none.
func (d *Daemon) forceRole(name, role string) error {
	d.mu.Lock()
	r := d.rvgs[name]
	d.mu.Unlock()
	switch {
	case r == nil:
		return fmt.Errorf("RVG %s does not exist on %s", name, d.site)
	case role == roleSecondary:
		d.mu.Lock()
		primary := r.Primary
		for site := range r.Links {
			primary = site
		}
		d.mu.Unlock()
		return d.becomeActing(r, primary, roleSecondary, "forced")
	case role != rolePrimary:
		return fmt.Errorf("role %q cannot be forced", role)
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.Role == rolePrimary {
		return nil
	}
	links := map[string]*linkState{}
	if r.Primary != "" && r.Primary != d.site {
		links[r.Primary] = &linkState{Attached: true}
	}
	d.becomePrimary(r, "forced", r.Epoch, links)
	go d.nudgePeers()
	return nil
}

func (d *Daemon) addAtRunTime(raw json.RawMessage) error {
	var spec config.RVG
	if err := json.Unmarshal(raw, &spec); err != nil {
		return err
	}
	if err := spec.Complete(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.rvgs[spec.Name] != nil {
		return fmt.Errorf("RVG %s exists", spec.Name)
	}
	if err := d.addRVG(spec); err != nil {
		return err
	}
	d.run(d.rvgs[spec.Name])
	d.save()
	return nil
}

func (d *Daemon) removeRVG(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.rvgs[name]
	if r == nil {
		return fmt.Errorf("RVG %s does not exist on %s", name, d.site)
	}
	if r.busy != "" {
		return fmt.Errorf("RVG %s is busy with %s", name, r.busy)
	}
	close(r.stop)
	delete(d.rvgs, name)
	if r.Role == rolePrimary {
		d.logWritable(r, false, "removed")
	}
	d.save()
	return os.RemoveAll(r.dir)
}

func (d *Daemon) detail() any {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := simAnswer{OK: true, Switches: d.sim, LogOwner: d.logOwner, RVGs: map[string]rvgDetail{}}
	for name, r := range d.rvgs {
		n, _ := r.currentNumber()
		v := rvgDetail{Role: r.Role, Primary: r.Primary, Consistent: r.Consistent, Generation: n,
			Transition: copyOf(r.Transition), Busy: r.busy, Frames: r.frames, StoppedMs: float64(r.stopped.Microseconds()) / 1000, Connected: map[string]bool{}, Links: map[string]*linkState{}, LinkErrors: map[string]string{}}
		for site, p := range d.peers {
			v.Connected[site] = p.connected()
		}
		for site, st := range r.Links {
			v.Links[site] = copyOf(st)
			if l := r.links[site]; l != nil && l.lastError != "" {
				v.LinkErrors[site] = l.lastError
			}
		}
		out.RVGs[name] = v
	}
	return out
}
