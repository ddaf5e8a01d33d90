package daemon

import (
	"changeover.test/lab/vvr/internal/wire"
)

// settle compares what a peer just said with our own state and repairs what a
// crash or a cut link left half-done. It only starts work, it never waits.
//
// A migrate that was cut off ends so: before the demotion it is rolled back;
// after it, the target decides: if it became Primary the migrate is completed,
// if it did not it must first give up its mark, then the source is Primary again.
func (d *Daemon) settle(p *peer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !p.connected() {
		return
	}
	site := p.cfg.Site
	for name, r := range d.rvgs {
		v, ok := p.view.RVGs[name]
		if !ok || r.busy != "" {
			continue
		}
		if t := r.Transition; t != nil {
			d.settleTransition(r, t, v, site)
			continue
		}
		if r.Role != rolePrimary {
			continue
		}
		if tk := v.Takeover; v.Role == rolePrimary && tk != nil && tk.From == d.site && tk.FastFailback && v.Epoch > r.Epoch {
			r.busy = "takeover elsewhere"
			go func() {
				_ = d.becomeActing(r, site, roleActing, "taken-over")
				d.mu.Lock()
				r.busy = ""
				d.mu.Unlock()
			}()
		}
		if tk := r.Takeover; tk != nil && tk.AutoFailback && tk.From == site && v.Role != rolePrimary && v.Primary == d.site {
			tk.AutoFailback = false
			d.startResync(r, r.links[site])
		}
	}
}

// settleTransition is called with d.mu held.
func (d *Daemon) settleTransition(r *rvg, t *transition, v rvgView, site string) {
	s := step{ID: t.ID, RVG: r.Spec.Name, From: t.From, To: t.To}
	switch {
	case t.Phase == phaseHalf && t.From == d.site && v.Role == rolePrimary: // a person acted: somebody took over
		r.Primary = site
		d.setTransition(r, nil)
	case t.Phase == phaseHalf: // the switch migrateStopHalf: stays until a person acts
	case t.From == d.site && t.Phase == phasePrepared:
		r.busy = "settle"
		go func() { d.rollBack(r, s, siteNames(r.Links), false); d.free(r) }()
	case t.From == d.site && site == t.To:
		r.busy = "settle"
		go func() { d.settleDemoted(r, s); d.free(r) }()
	case t.From == site && v.Transition == nil && v.Marks > t.Mark && v.Role == rolePrimary: // rolled back
		d.setTransition(r, nil)
	case site == t.To && d.site != t.To && t.From != d.site && v.Role == rolePrimary: // carried out
		r.Primary = t.To
		d.setTransition(r, nil)
	case t.From == site && v.Transition == nil && v.Role != rolePrimary && v.Primary == t.To && d.site != t.To:
		r.Primary = t.To
		d.setTransition(r, nil)
	}
}

// settleDemoted asks the target to give up; its refusal means it is Primary.
func (d *Daemon) settleDemoted(r *rvg, s step) {
	err := d.ask(s.To, "abort", s, nil)
	switch {
	case err == nil:
		d.rollBack(r, s, siteNames(r.Links), true)
	case wire.IsRemote(err):
		d.completed(r, s, siteNames(r.Links))
	}
}

func (d *Daemon) free(r *rvg) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r.busy = ""
	d.announce()
}
