package daemon

import (
	"fmt"

	"changeover.test/lab/vvr/internal/report"
	"changeover.test/lab/vvr/internal/text"
)

// configErrors are the reasons to doubt a report. Callers hold d.mu.
func (d *Daemon) configErrors(r *rvg, out report.RDS) []report.ConfigError {
	var errs []report.ConfigError
	add := func(site, what string) {
		errs = append(errs, report.ConfigError{Host: d.hostOf(site), Text: what})
	}
	concerns := map[string]bool{r.Primary: true}
	for _, s := range out.Secondaries {
		concerns[s.Site] = true
	}
	primaries := 0
	if r.Role == rolePrimary {
		primaries++
	}
	for _, site := range siteNames(d.peers) {
		p := d.peers[site]
		v, known := p.view.RVGs[r.Spec.Name]
		// A view from before a cut proves nothing about now.
		if v.Role == rolePrimary && p.connected() {
			primaries++
			concerns[site] = true
		}
		switch {
		case !concerns[site]:
		case !p.connected():
			add(site, text.ErrUnreachable.Text)
		case !known:
			add(site, text.ErrNoRVG.With(r.Spec.Name))
		case !sameVolumes(d.member(r), v.Member):
			add(site, text.ErrVolumes.Text)
		}
	}
	if primaries > 1 {
		add(d.site, text.ErrPrimaryPrimary.Text)
	}
	if out.Primary == nil {
		add(d.site, text.ErrNoPrimary.Text)
	}
	return errs
}

func sameVolumes(a, b report.Member) bool {
	return fmt.Sprint(a.Volumes) == fmt.Sprint(b.Volumes)
}
