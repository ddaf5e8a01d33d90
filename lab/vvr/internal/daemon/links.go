package daemon

import (
	"changeover.test/lab/vvr/internal/image"
	"changeover.test/lab/vvr/internal/text"
)

// linkCommand is pauserep, resumerep, startrep and stoprep for one RLINK.
func (d *Daemon) linkCommand(r *rvg, c commandLine, site string) result {
	live := d.lookAlive(r)
	d.mu.Lock()
	defer d.mu.Unlock()
	name, host := r.Spec.Name, d.hostOf(site)
	st, l := r.Links[site], r.links[site]
	if r.Transition != nil || l == nil {
		return refuse(text.NotPrimary.With(name))
	}
	switch c.verb {
	case "pauserep", "resumerep":
		if !st.Attached {
			return refuse(text.IsDetached.With(host, name))
		}
		pause := c.verb == "pauserep"
		if st.Paused == pause {
			if pause {
				return refuse(text.AlreadyPaused.With(host, name))
			}
			return refuse(text.NotPaused.With(host, name))
		}
		st.Paused = pause
	case "startrep":
		return d.startrep(r, c, site, live)
	case "stoprep":
		if !st.Attached {
			return refuse(text.IsDetached.With(host, name))
		}
		if data := d.dataStatus(r, site, live); data != text.DataUpToDate && !c.flags["-f"] {
			return refuse(text.NotUpToDate.With(host, name, data.Text))
		}
		*st = linkState{}
		l.acked, l.resyncing = nil, false
	}
	d.save()
	kick(l.kick)
	kick(r.kick)
	go d.nudgePeers()
	return result{}
}

// startrep attaches an RLINK. Its success does not mean that it is connected.
// Callers hold d.mu.
func (d *Daemon) startrep(r *rvg, c commandLine, site string, live *image.Image) result {
	name, host := r.Spec.Name, d.hostOf(site)
	st, l := r.Links[site], r.links[site]
	if st.Attached {
		return refuse(text.IsAttached.With(host, name))
	}
	switch {
	case c.flags["-b"]:
		return refuse(text.BunkerNotThere.Text)
	case c.flags["-a"]: // autosync: everything is copied, by way of the DCM
		if !d.peers[site].connected() {
			return refuse(text.NotConnected.With(host, name))
		}
		*st = linkState{Attached: true, DCM: dcmAutosync}
		if live != nil {
			st.DCMBytes = image.ChangedBytes(image.Empty(), live)
		}
		l.acked = nil
		d.startResync(r, l)
	case c.flags["-c"]: // the checkpoint's copy stands at the Secondary: only the difference is sent
		*st = linkState{Attached: true}
		l.acked = nil
	case c.flags["-f"]: // the administrator swears that both are the same
		*st = linkState{Attached: true}
		l.acked = nil
		l.trusted = true
	default:
		return refuse(text.StartHow.Text)
	}
	d.save()
	kick(l.kick)
	kick(r.kick)
	go d.nudgePeers()
	return result{}
}

// resyncCommand is resync (after an SRL overflow) and fbsync (after a takeover).
// Without -wait it only starts the work.
func (d *Daemon) resyncCommand(r *rvg, c commandLine) result {
	name := r.Spec.Name
	kind := dcmOverflow
	if c.verb == "fbsync" {
		kind = dcmFailback
	}
	d.mu.Lock()
	var started []*rlink
	for _, site := range siteNames(r.Links) {
		st, l, p := r.Links[site], r.links[site], d.peers[site]
		if st.DCM != kind || l == nil {
			continue
		}
		if !p.connected() {
			d.mu.Unlock()
			return refuse(text.NotConnected.With(d.hostOf(site), name))
		}
		if kind == dcmFailback {
			if v := p.view.RVGs[name]; v.Role == rolePrimary || v.Primary != d.site {
				d.mu.Unlock()
				return refuse(text.NotReturned.With(d.hostOf(site), name))
			}
			l.acked = nil // ask the old Primary what it really has
		}
		started = append(started, l)
	}
	for _, l := range started {
		d.startResync(r, l)
	}
	d.mu.Unlock()
	if len(started) == 0 {
		if kind == dcmFailback {
			return refuse(text.NoFailbackLog.With(name))
		}
		return refuse(text.DCMInactive.With(name))
	}
	if c.flags["-wait"] {
		d.waitForResync(started)
	}
	return result{}
}

func (d *Daemon) waitForResync(links []*rlink) {
	for {
		d.mu.Lock()
		going, changed := false, d.changed
		for _, l := range links {
			going = going || l.resyncing
		}
		d.mu.Unlock()
		if !going {
			return
		}
		select {
		case <-changed:
		case <-d.done:
			return
		}
	}
}

// finishHalf ends what the switch migrateStopHalf left: migrate to the same
// host carries it on, migrate to the original Primary rolls it back.
func (d *Daemon) finishHalf(r *rvg, t transition, host string) result {
	s := step{ID: t.ID, RVG: r.Spec.Name, From: t.From, To: t.To}
	if t.From != d.site {
		return refuse(text.NotPrimary.With(r.Spec.Name))
	}
	d.mu.Lock()
	back := host == d.site || host == d.cfg.Host
	r.Transition.Phase = phaseDemoted
	others := siteNames(r.Links)
	s.Stream, s.Position, s.Epoch = r.pos.Stream, r.links[t.To].pos, r.Epoch+1
	s.Links = d.linksForTarget(r, t.To)
	d.save()
	d.mu.Unlock()
	if back {
		d.rollBack(r, s, others, true)
		return result{}
	}
	return d.promoteRemote(r, s, others)
}
