package daemon

import (
	"fmt"
	"time"

	"changeover.test/lab/vvr/internal/image"
	"changeover.test/lab/vvr/internal/text"
	"changeover.test/lab/vvr/internal/wire"
)

// step is what the coordinator of a migrate asks of the other sites.
type step struct {
	ID   string `json:"id"`
	RVG  string `json:"rvg"`
	From string `json:"from"`
	To   string `json:"to"`
	Mark int64  `json:"mark"`
	// For promote: what the target must have, the stream it opens, its RLINKs.
	Position position              `json:"position"`
	Stream   string                `json:"stream"`
	Links    map[string]*linkState `json:"links,omitempty"`
	Epoch    int64                 `json:"epoch"`
	Fail     bool                  `json:"fail,omitempty"`
}

// finalFrameLimit bounds the wait for the last frame's acknowledgement.
const finalFrameLimit = 30 * time.Second

// migrate makes the Secondary on site target the Primary. It runs on the
// Primary's daemon, and on after its client has gone. The order keeps the law
// "never two writers": both sites marked, last frame shipped, the Primary
// demoted, only then the target promoted.
func (d *Daemon) migrate(r *rvg, target string) result {
	if !d.waitWhileHanging() {
		return refuse(text.MigrateRollback.With(r.Spec.Name, text.DaemonEnds))
	}
	if reason := d.migrateRefused(r, target); reason != "" {
		return refuse(reason)
	}
	s := step{ID: newID(), RVG: r.Spec.Name, From: d.site, To: target}
	d.mu.Lock()
	s.Mark = r.Marks + 1
	d.setTransition(r, &transition{ID: s.ID, From: d.site, To: target, Phase: phasePrepared, Mark: s.Mark})
	others := d.attachedSites(r)
	d.mu.Unlock()
	if err := d.prepareAll(r, s, others); err != nil {
		d.rollBack(r, s, others, false)
		return refuse(text.MigrateRollback.With(r.Spec.Name, err.Error()))
	}
	d.crashAt(phasePrepared)
	d.mu.Lock()
	ms, half, failRemote := d.sim.MigrateMs, d.sim.MigrateStopHalf, d.sim.MigrateFailRemote
	d.mu.Unlock()
	d.wait(time.Duration(ms) * time.Millisecond)
	// The simulated duration has passed: look once more before the first step
	// that cannot be undone for free.
	if err := d.lastLook(r, others); err != nil {
		d.rollBack(r, s, others, false)
		return refuse(text.MigrateRollback.With(r.Spec.Name, err.Error()))
	}
	s.Stream = newID()
	if err := d.demote(r, &s); err != nil {
		d.rollBack(r, s, others, true)
		return refuse(text.MigrateRollback.With(r.Spec.Name, err.Error()))
	}
	d.crashAt(phaseDemoted)
	if half {
		d.mu.Lock()
		r.Transition.Phase = phaseHalf
		d.save()
		d.mu.Unlock()
		d.nudgePeers()
		return refuse(text.MigrateHalf.With(r.Spec.Name))
	}
	s.Fail = failRemote
	return d.promoteRemote(r, s, others)
}

// promoteRemote is the second half: the source is no longer writable.
func (d *Daemon) promoteRemote(r *rvg, s step, others []string) result {
	host := d.hostOf(s.To)
	var promoted rvgView
	err := d.ask(s.To, "promote", s, &promoted)
	switch {
	case err == nil:
		d.mu.Lock()
		if v := d.peers[s.To].view; v.RVGs != nil {
			v.RVGs[s.RVG] = promoted // what the next heartbeat would say
		}
		d.mu.Unlock()
	case wire.IsRemote(err): // the target refused: it is still Secondary
		d.rollBack(r, s, others, true)
		return refuse(text.MigrateRemote.With(r.Spec.Name, host, err.Error()))
	default: // nobody knows whether the target became Primary: settle() finds out
		return refuse(text.MigrateUnknown.With(r.Spec.Name, host, err.Error()))
	}
	d.completed(r, s, others)
	d.mu.Lock()
	nonZero := d.sim.MigrateExitNonZeroThoughDone
	d.mu.Unlock()
	if nonZero {
		return result{ExitCode: 1, Stderr: text.LostConnection.With(host)}
	}
	return result{}
}

// completed ends the transition on the source and lets the others follow.
func (d *Daemon) completed(r *rvg, s step, others []string) {
	for _, site := range others {
		if site != s.To {
			_ = d.ask(site, "follow", s, nil) // out of reach: settle() does it later
		}
	}
	d.mu.Lock()
	d.setTransition(r, nil)
	d.mu.Unlock()
	d.nudgePeers()
}

func (d *Daemon) prepareAll(r *rvg, s step, others []string) error {
	for _, site := range others {
		if err := d.ask(site, "prepare", s, nil); err != nil {
			return fmt.Errorf("%s: %w", d.hostOf(site), err)
		}
	}
	return nil
}

// lastLook ships what may have been written between the check and the mark, and
// refuses if somebody still has a volume open: from the mark on nobody new can.
func (d *Daemon) lastLook(r *rvg, others []string) error {
	r.disk.Lock()
	err := d.captureFrame(r)
	r.disk.Unlock()
	if err != nil {
		return err
	}
	deadline := time.After(finalFrameLimit)
	for {
		changed := d.waitChange()
		if d.allAcknowledged(r, others) {
			break
		}
		select {
		case <-changed:
		case <-deadline:
			return text.LastFrameLost.Error()
		case <-d.done:
			return text.DaemonEnds.Error()
		}
	}
	if openers, err := d.openers(r, true); err != nil || len(openers) > 0 {
		return text.OpenAgain.Error(len(openers))
	}
	now, err := d.look(r)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !image.Same(now, r.shippable) {
		return text.WrittenTo.Error()
	}
	return nil
}

func (d *Daemon) allAcknowledged(r *rvg, sites []string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, site := range sites {
		l := r.links[site]
		if !d.peers[site].connected() || l.acked == nil || !image.Same(l.acked, r.shippable) {
			return false
		}
	}
	return true
}

func (d *Daemon) attachedSites(r *rvg) []string {
	var out []string
	for site, st := range r.Links {
		if st.Attached {
			out = append(out, site)
		}
	}
	return out
}

// setTransition persists the mark. Callers hold d.mu.
func (d *Daemon) setTransition(r *rvg, t *transition) {
	r.Transition = t
	r.Marks++
	d.save()
}
