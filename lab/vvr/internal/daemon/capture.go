package daemon

import (
	"time"

	"changeover.test/lab/vvr/internal/image"
)

// stopLimit bounds how long openers may be held before a capture is given up.
const stopLimit = 250 * time.Millisecond

// capture is the Primary's loop: notice changes, take a frame when a Secondary
// can be sent one, otherwise only count what changed.
func (d *Daemon) capture(r *rvg) {
	for {
		started := time.Now()
		d.captureOnce(r)
		// On a loaded machine, leave most of the time to the applications.
		cost := time.Since(started)
		d.mu.Lock()
		interval := max(time.Duration(d.sim.FrameMs)*time.Millisecond, 4*cost, time.Millisecond)
		d.mu.Unlock()
		t := time.NewTimer(interval)
		select {
		case <-t.C:
		case <-r.kick:
		case <-r.stop:
			return
		case <-d.done:
			return
		}
		t.Stop()
	}
}

func (d *Daemon) captureOnce(r *rvg) {
	r.disk.Lock()
	defer r.disk.Unlock()
	d.mu.Lock()
	primary, wanted := r.Role == rolePrimary, d.someLinkIdle(r)
	d.mu.Unlock()
	if !primary {
		return
	}
	if wanted {
		_ = d.captureFrame(r)
		return
	}
	if now, err := d.look(r); err == nil {
		d.mu.Lock()
		d.count(r, now)
		d.mu.Unlock()
	}
}

// someLinkIdle: is there a Secondary that could take a frame right now? While
// every link is busy or down, stopping the applications would be for nothing.
func (d *Daemon) someLinkIdle(r *rvg) bool {
	for site, l := range r.links {
		if d.shipping(r, site) && !l.sending {
			return true
		}
	}
	return false
}

// shipping: is the link to site attached, up and not logging to its DCM?
func (d *Daemon) shipping(r *rvg, site string) bool {
	st, p := r.Links[site], d.peers[site]
	return r.Role == rolePrimary && st != nil && p != nil && st.Attached && !st.Paused &&
		st.DCM == dcmNone && p.connected() && !d.sim.PauseReplication
}

// look reads the volumes as they are, without stopping anybody.
func (d *Daemon) look(r *rvg) (*image.Image, error) {
	dir, err := r.currentDir()
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	prev, names := r.seen, r.volumeNames()
	d.mu.Unlock()
	return image.Scan(dir, names, prev)
}

// captureFrame makes r.shippable the state all volumes have at one moment now.
// Callers hold r.disk.
func (d *Daemon) captureFrame(r *rvg) error {
	// Reading most of it beforehand keeps the time at a standstill short.
	ahead, err := d.look(r)
	if err != nil {
		return err
	}
	d.mu.Lock()
	if r.shippable != nil && image.Same(r.shippable, ahead) {
		ahead.Total = r.seen.Total
		r.seen = ahead
		d.mu.Unlock()
		return nil
	}
	names := r.volumeNames()
	d.mu.Unlock()
	dir, err := r.currentDir()
	if err != nil {
		return err
	}
	openers, err := d.openers(r, false)
	if err != nil {
		return err
	}
	stoppedFrom := time.Now()
	return d.stopper.While(openers, stopLimit, func() error {
		now, err := image.Scan(dir, names, ahead)
		if err != nil {
			return err
		}
		// Somebody who opened the volume after the look at /proc runs on: then
		// this image may be torn and is not shipped.
		if !image.Stable(dir, now) {
			return errTorn
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		now.TakenAt = stoppedFrom
		d.count(r, now)
		r.shippable = now
		r.frames++
		r.stopped += time.Since(stoppedFrom)
		for _, l := range r.links {
			kick(l.kick)
		}
		return nil
	})
}

// count adds what changed since the last look to the SRL and looks for its
// overflow. Callers hold d.mu.
func (d *Daemon) count(r *rvg, now *image.Image) {
	now.Total = r.seen.Total
	if !image.Same(r.seen, now) {
		now.Total += max(image.WrittenBytes(r.seen, now), 1)
	}
	r.seen = now
	for site, st := range r.Links {
		l := r.links[site]
		if l == nil || !st.Attached {
			continue
		}
		if st.DCM != dcmNone {
			d.countDCM(r, l, st)
			continue
		}
		if l.acked != nil && now.Total-l.acked.Total > d.srlSize(r) {
			d.overflow(r, l, st)
		}
	}
}

func (d *Daemon) countDCM(r *rvg, l *rlink, st *linkState) {
	if l.acked != nil {
		st.DCMBytes = image.ChangedBytes(l.acked, r.seen)
	}
}

func (d *Daemon) srlSize(r *rvg) int64 {
	if d.sim.SRLSizeBytes > 0 {
		return d.sim.SRLSizeBytes
	}
	return r.Spec.SRLSizeBytes
}

// overflow is what the SRL protection prescribes (admin guide, srlprot):
// autodcm and dcm go over to the DCM; override and off let the RLINK go stale.
// dcm and override would first stall writers while connected, and fail would
// make their writes fail: neither can be done to a process from outside, so
// that part is left out and fail behaves as override.
func (d *Daemon) overflow(r *rvg, l *rlink, st *linkState) {
	switch r.Spec.Protection {
	case "autodcm", "dcm":
		st.DCM = dcmOverflow
		d.countDCM(r, l, st)
	default:
		st.Attached = false
		l.acked = nil
	}
	d.save()
}
