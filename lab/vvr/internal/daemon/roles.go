package daemon

import (
	"os"
	"sort"

	"changeover.test/lab/vvr/internal/image"
	"changeover.test/lab/vvr/internal/text"
)

// demote makes this Primary a Secondary of s.To. Writability ends first; the
// line saying so is written last.
func (d *Daemon) demote(r *rvg, s *step) error {
	r.disk.Lock()
	defer r.disk.Unlock()
	n, err := r.currentNumber()
	if err != nil {
		return err
	}
	d.mu.Lock()
	l := r.links[s.To]
	s.Position, s.Epoch = l.pos, r.Epoch+1
	s.Links = d.linksForTarget(r, s.To)
	r.Role, r.Primary, r.MovingTo = roleSecondary, s.To, n+1
	r.Transition.Phase = phaseDemoted
	d.save()
	d.mu.Unlock()
	if err := r.moveTo(n + 1); err != nil {
		return err
	}
	if err := r.setPosition(n+1, position{Stream: s.Stream}); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	r.MovingTo, r.pos, r.Epoch = 0, position{Stream: s.Stream}, s.Epoch
	d.save()
	d.logWritable(r, false, "migrate")
	return nil
}

// linksForTarget: the RLINKs of the new Primary are those of the old one, with
// the old Primary in the target's place. Callers hold d.mu.
func (d *Daemon) linksForTarget(r *rvg, target string) map[string]*linkState {
	out := map[string]*linkState{d.site: {Attached: true}}
	for site, st := range r.Links {
		if site != target {
			out[site] = &linkState{Attached: st.Attached, Paused: st.Paused}
		}
	}
	return out
}

// prepare marks the transition on a Secondary.
func (d *Daemon) prepare(s step) (any, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, err := d.mayReceive(s.RVG, s.From)
	switch {
	case err != nil:
		return nil, err
	case r.busy != "":
		return nil, text.AnotherCommand.Error(r.busy, s.RVG)
	case r.Transition != nil:
		return nil, text.PeerInTransition.Error(s.RVG, d.site)
	case !r.Consistent || r.Role != roleSecondary:
		return nil, text.PeerNotReady.Error(s.RVG, r.Role, d.site)
	}
	d.setTransition(r, &transition{ID: s.ID, From: s.From, To: s.To, Phase: phasePrepared, Mark: s.Mark})
	return nil, nil
}

// promote makes this site Primary. A promote whose preparation is gone (an
// abort came first) is refused: it must never be carried out late.
func (d *Daemon) promote(s step) (any, error) {
	d.mu.Lock()
	r := d.rvgs[s.RVG]
	d.mu.Unlock()
	if r == nil {
		return nil, text.PeerNoRVG.Error(s.RVG, d.site)
	}
	if err := d.promoteNow(r, s); err != nil {
		return nil, err
	}
	go d.nudgePeers()
	return d.viewOf(r), nil
}

func (d *Daemon) promoteNow(r *rvg, s step) error {
	r.disk.Lock()
	defer r.disk.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case r.Transition == nil || r.Transition.ID != s.ID || s.To != d.site:
		return text.PeerNotPrepared.Error(s.RVG, d.site)
	case s.Fail || d.sim.MigrateFailRemote:
		return text.SimulatedFailure.Error()
	case r.pos != s.Position:
		return text.PeerLacksFrame.Error(s.RVG, d.site)
	}
	r.gaveRole = s
	d.becomePrimary(r, "migrate", s.Epoch, s.Links)
	// The old Primary's data is what ours was at this moment: no copy is needed.
	l := r.links[s.From]
	l.acked, l.pos = r.shippable, position{Stream: s.Stream}
	return nil
}

// becomePrimary is the moment of promotion: the log line first, then the state
// on disk, and with it the volumes become attachable. Callers hold both locks.
func (d *Daemon) becomePrimary(r *rvg, cause string, epoch int64, links map[string]*linkState) {
	d.logWritable(r, true, cause)
	r.dropSpare()
	r.Role, r.Primary, r.Consistent = rolePrimary, d.site, true
	r.Transition, r.Takeover, r.Links, r.Epoch = nil, nil, links, max(epoch, r.Epoch+1)
	r.Marks++
	for _, l := range r.links {
		l.acked, l.resyncing = nil, false
	}
	r.shippable, r.promoted = r.seen, r.seen
	d.save()
	kick(r.kick)
}

// rollBack restores the original configuration. The others give up their mark
// first: only who has promised not to promote lets the source be Primary again.
func (d *Daemon) rollBack(r *rvg, s step, others []string, demoted bool) {
	for _, site := range others {
		if err := d.ask(site, "abort", s, nil); err != nil && demoted && site == s.To {
			return // it may become Primary still: settle() decides when it answers
		}
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.Transition == nil || r.Transition.ID != s.ID {
		return
	}
	if r.Role != rolePrimary {
		d.logWritable(r, true, "migrate-rollback")
		r.Role, r.Primary = rolePrimary, d.site
	}
	d.setTransition(r, nil)
	kick(r.kick)
	go d.nudgePeers()
}

// abort gives up the mark. The answer says whether it was too late.
func (d *Daemon) abort(s step) (any, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.rvgs[s.RVG]
	if r == nil {
		return nil, nil
	}
	if r.Role == rolePrimary {
		return nil, text.PeerIsPrimary.Error(s.RVG, d.site)
	}
	if r.Transition != nil && r.Transition.ID == s.ID {
		d.setTransition(r, nil)
	}
	return nil, nil
}

// follow makes a Secondary that was not the target a Secondary of the target.
func (d *Daemon) follow(s step) (any, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r := d.rvgs[s.RVG]; r != nil && r.Transition != nil && r.Transition.ID == s.ID {
		r.Primary = s.To
		d.setTransition(r, nil)
	}
	return nil, nil
}

// becomeActing turns an old Primary whose place was taken over into an acting
// secondary. Open files do not matter any more: the data moves to new inodes,
// what is written through old descriptors is lost, as its documents say.
func (d *Daemon) becomeActing(r *rvg, newPrimary string, role, cause string) error {
	d.mu.Lock()
	if r.Role != rolePrimary {
		d.mu.Unlock()
		return nil
	}
	r.Role, r.Primary = role, newPrimary
	d.setTransition(r, nil) // from here on not attachable
	d.mu.Unlock()
	r.disk.Lock()
	defer r.disk.Unlock()
	n, err := r.currentNumber()
	if err != nil {
		return err
	}
	openers, err := d.openers(r, true)
	if err != nil {
		return err
	}
	err = d.stopper.While(openers, stopLimit, func() error { return d.copyGeneration(r, n) })
	if err != nil {
		// Somebody could not be stopped: copy anyway, this data is about to be
		// overwritten by the new Primary's.
		if err = d.copyGeneration(r, n); err != nil {
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	r.pos = position{}
	d.logWritable(r, false, cause)
	go d.nudgePeers()
	return nil
}

// copyGeneration copies generation n to n+1, flips, and removes n.
func (d *Daemon) copyGeneration(r *rvg, n int) error {
	now, err := d.look(r)
	if err != nil {
		return err
	}
	fresh := &generation{number: n + 1}
	r.spare = fresh
	r.dropSpare() // what an earlier attempt left
	if err := os.Mkdir(r.genDir(fresh.number), 0o755); err != nil {
		return err
	}
	if err := image.Materialise(r.genDir(fresh.number), image.Empty(), now); err != nil {
		return err
	}
	if err := r.flip(fresh.number); err != nil {
		return err
	}
	r.spare = &generation{number: n}
	r.dropSpare()
	d.mu.Lock()
	r.seen = now
	d.mu.Unlock()
	return nil
}

// siteNames in a stable order.
func siteNames[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for s := range m {
		out = append(out, s)
	}
	sort.Strings(out)
	return out
}
