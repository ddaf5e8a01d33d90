package daemon

import (
	"fmt"
	"time"

	"changeover.test/lab/vvr/internal/text"
)

// takeover makes this Secondary the Primary while no Primary answers: the old
// one is out of reach, or it gave the role up and nobody took it [Own: the
// documents speak of a Primary that is not reachable, not of one that is none].
// An old Primary out of reach may be alive: until it hears of us there are two.
func (d *Daemon) takeover(r *rvg, c commandLine) result {
	r.disk.Lock()
	defer r.disk.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	name, old := r.Spec.Name, r.Primary
	p := d.peers[old]
	switch {
	case r.Role != roleSecondary:
		return refuse(text.NotSecondary.With(name))
	case p == nil:
		return refuse(text.NoPrimary.With(name))
	case p.connected() && p.view.RVGs[name].Role == rolePrimary:
		return refuse(text.PrimaryAlive.With(p.cfg.Host, name))
	case !r.Consistent:
		return refuse(text.IsInconsistent.With(name))
	}
	if !c.flags["-N"] {
		for _, v := range r.Spec.Volumes {
			if !v.DCM {
				return refuse(text.NoDCMOnVolume.With(v.Name, name))
			}
		}
	}
	// A transition that the old Primary began dies with it: its coordinator
	// will be refused by "is Primary".
	links := map[string]*linkState{old: {}}
	if !c.flags["-N"] {
		links[old] = &linkState{Attached: true, DCM: dcmFailback}
	}
	for site := range d.peers {
		if v, ok := d.peers[site].view.RVGs[name]; ok && site != old && v.Role == roleSecondary {
			links[site] = &linkState{} // must be synchronised anew
		}
	}
	base := r.seen
	d.becomePrimary(r, "takeover", r.Epoch+1, links)
	r.Takeover = &takeover{From: old, At: time.Now().UTC(), FastFailback: !c.flags["-N"], AutoFailback: c.flags["-autofb"]}
	if l := r.links[old]; l != nil && !c.flags["-N"] {
		// The failback log: what changed here since now. What the old Primary
		// wrote meanwhile is added when it is asked for its state.
		l.acked, l.pos = base, position{}
	}
	d.save()
	go d.nudgePeers()
	return result{}
}

// makesec turns a Primary into a Secondary of another Primary: the old one
// after a takeover without fast failback [S27]. What only it has is lost when it
// is synchronised; so without -f it is refused unless the other has all of it.
// Open volumes refuse it with -f as well [Recalled]. The documents name the old
// Primary only; here either of two may give up. An RLINK that the other Primary
// had detached stays detached until startrep.
func (d *Daemon) makesec(r *rvg, c commandLine) result {
	name := r.Spec.Name
	openers, err := d.openers(r, true)
	if err != nil {
		return refuse(err.Error())
	}
	live := d.lookAlive(r)
	d.mu.Lock()
	role, site := r.Role, ""
	for s := range d.peers {
		if c.host == s || c.host == d.hostOf(s) {
			site = s
		}
	}
	var v rvgView
	up := false
	if p := d.peers[site]; p != nil {
		v, up = p.view.RVGs[name], p.connected()
	}
	data := d.dataStatus(r, site, live)
	d.mu.Unlock()
	switch {
	case role == roleActing || (v.Takeover != nil && v.Takeover.FastFailback && v.Takeover.From == d.site):
		return refuse(text.FailbackEnabled.With(name))
	case role != rolePrimary:
		return refuse(text.NotPrimary.With(name))
	case site == "":
		return refuse(text.UnknownHost.With(c.host, name))
	case !up:
		return refuse(text.NotConnected.With(c.host, name))
	case v.Role != rolePrimary:
		return refuse(text.NobodyTookOver.With(c.host, name))
	case len(openers) > 0:
		return refuse(text.VolumesOpen.With(name, fmt.Sprintf("%d processes", len(openers))))
	case data != text.DataUpToDate && !c.flags["-f"]:
		return refuse(text.NotUpToDate.With(c.host, name, data.Text))
	}
	if err := d.becomeActing(r, site, roleSecondary, "makesec"); err != nil {
		return refuse(err.Error())
	}
	return result{}
}
