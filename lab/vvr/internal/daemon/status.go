package daemon

import (
	"time"

	"changeover.test/lab/vvr/internal/image"
	"changeover.test/lab/vvr/internal/report"
	"changeover.test/lab/vvr/internal/text"
)

// lookAlive reads a Primary's volumes now; nil elsewhere or when unreadable.
func (d *Daemon) lookAlive(r *rvg) *image.Image {
	d.mu.Lock()
	primary := r.Role == rolePrimary
	d.mu.Unlock()
	if !primary {
		return nil
	}
	now, err := d.look(r)
	if err != nil {
		return nil
	}
	return now
}

// member describes this site's RVG. Callers hold d.mu.
func (d *Daemon) member(r *rvg) report.Member {
	state := text.StateEnabled
	switch {
	case r.Role == roleActing:
		state = text.StateActing
	case r.Transition != nil:
		state = text.StateDisabled
	}
	m := report.Member{Site: d.site, Host: d.cfg.Host, RVG: r.Spec.Name, DG: d.cfg.DiskGroup,
		State: state.Text + roleCommand(r), SRL: r.Spec.SRL, SRLSize: d.srlSize(r)}
	for _, v := range r.Spec.Volumes {
		m.Volumes = append(m.Volumes, report.Volume{Name: v.Name, SizeBytes: v.SizeBytes, DCM: v.DCM})
	}
	return m
}

// roleCommand is appended to the state while a command that changes roles is
// at work, so that whoever lost its client can see that it is not over.
func roleCommand(r *rvg) string {
	switch r.busy {
	case "migrate", "takeover", "makesec":
		return text.StateCommand.With(r.busy)
	}
	return ""
}

func (d *Daemon) hostOf(site string) string {
	if site == d.site {
		return d.cfg.Host
	}
	if p := d.peers[site]; p != nil {
		return p.cfg.Host
	}
	return site
}

// primaryRDS is a Primary's report; live is what its volumes hold now, so that
// "up-to-date" is true at the moment of asking. Callers hold d.mu.
func (d *Daemon) primaryRDS(r *rvg, live *image.Image) report.RDS {
	own := d.member(r)
	out := report.RDS{Name: r.Spec.Name, Primary: &own}
	for _, site := range siteNames(r.Links) {
		out.Secondaries = append(out.Secondaries, d.secondary(r, site, live))
	}
	return out
}

func (d *Daemon) secondary(r *rvg, site string, live *image.Image) report.Secondary {
	st, l := r.Links[site], r.links[site]
	s := report.Secondary{RlinkFrom: "rlk_" + d.hostOf(site) + "_" + r.Spec.Name, RlinkTo: "rlk_" + d.cfg.Host + "_" + r.Spec.Name,
		Detached: !st.Attached, Mode: r.Spec.Mode, Latency: r.Spec.Latency, Protection: r.Spec.Protection,
		Logging: text.NotApplicable.Text, Timestamp: text.NotApplicable.Text, Bandwidth: text.NotApplicable.Text}
	if p := d.peers[site]; p != nil {
		s.Member = p.view.RVGs[r.Spec.Name].Member
		s.Member.DG = p.cfg.DiskGroup
	}
	s.Member.Site, s.Member.Host, s.Member.RVG = site, d.hostOf(site), r.Spec.Name
	if d.sim.BandwidthBytesPerSec > 0 {
		s.Bandwidth = text.BandwidthMbps.With(float64(d.sim.BandwidthBytesPerSec) * 8 / 1e6)
	}
	data := d.dataStatus(r, site, live)
	s.Data, s.Replication = data.Text, d.replicationStatus(r, site).Text
	if !st.Attached {
		return s
	}
	switch {
	case st.DCM != dcmNone:
		s.Logging = map[string]text.Phrase{dcmOverflow: text.LogDCM, dcmFailback: text.LogDCMFailback,
			dcmAutosync: text.LogDCMAutosync}[st.DCM].With((st.DCMBytes + 1023) / 1024)
	case data == text.DataUpToDate:
		l.upToDateAt = time.Now()
		s.Logging, s.Timestamp = text.LogSRL.Text, behindBy(0)
	default:
		var bytes int64 = 1
		// What waits in the SRL: since the last acknowledgement, or, for a
		// Secondary that never answered this Primary, since it became Primary.
		since := l.acked
		if since == nil {
			since = r.promoted
		}
		if since != nil && live != nil {
			// The real SRL is freed write by write, so a frame counts only with what has not left yet.
			bytes = max(r.seen.Total-since.Total-l.underWay, image.WrittenBytes(r.seen, live), 1)
		}
		s.Logging = text.LogSRLBehind.With((bytes+1023)/1024, min(100, bytes*100/d.srlSize(r)))
		s.Timestamp = behindBy(time.Since(l.upToDateAt))
	}
	return s
}

func behindBy(t time.Duration) string {
	n := int(t.Seconds())
	return text.BehindBy.With(n/3600, n/60%60, n%60)
}

// dataStatus says what the Secondary's data is worth. Callers hold d.mu.
func (d *Daemon) dataStatus(r *rvg, site string, live *image.Image) text.Phrase {
	st, l, p := r.Links[site], r.links[site], d.peers[site]
	if st == nil || l == nil || p == nil {
		return text.NotApplicable
	}
	view, known := p.view.RVGs[r.Spec.Name]
	consistent := known && view.Consistent
	switch {
	case st.DCM == dcmFailback || st.DCM == dcmAutosync || l.resyncing:
		return text.DataInconsistent
	case !st.Attached && consistent:
		return text.DataStale
	case st.DCM != dcmNone && consistent:
		return text.DataBehind
	// Frame and heartbeat travel apart: an acknowledged atomic frame of this
	// stream proves consistency before the next heartbeat says so.
	case !consistent && (l.acked == nil || l.pos.Seq == 0):
		return text.DataInconsistent
	case l.acked != nil && live != nil && image.Same(l.acked, live) && (consistent || l.pos.Seq > 0):
		return text.DataUpToDate
	}
	return text.DataBehind
}

func (d *Daemon) replicationStatus(r *rvg, site string) text.Phrase {
	st, l, p := r.Links[site], r.links[site], d.peers[site]
	switch {
	case p == nil || l == nil:
		return text.NotReplicatingState
	case !st.Attached:
		return text.Stopped
	case l.resyncing && !p.connected():
		return text.ResyncPaused
	case l.resyncing || st.DCM == dcmAutosync:
		return map[string]text.Phrase{dcmOverflow: text.ResyncDCM, dcmFailback: text.ResyncFailback, dcmAutosync: text.ResyncAutosync}[st.DCM]
	case st.DCM == dcmFailback:
		return text.NeedsFailback
	case st.DCM == dcmOverflow:
		return text.NeedsDCMResync
	case !p.connected() || r.secondPrimary(site, p.view.RVGs[r.Spec.Name]): // no RLINK connects two Primaries
		return text.PausedDisconnected
	case st.Paused:
		return text.PausedByUser
	}
	return text.Replicating
}

// rds is what this site reports about an RVG: its own knowledge on a Primary,
// the Primary's last-known words elsewhere, with the reasons to doubt them.
func (d *Daemon) rds(r *rvg) report.RDS {
	live := d.lookAlive(r)
	d.mu.Lock()
	defer d.mu.Unlock()
	name := r.Spec.Name
	var out report.RDS
	switch primary := d.primarySite(r); {
	case primary == d.site:
		out = d.primaryRDS(r, live)
	case primary != "" && d.peers[primary].view.RVGs[name].RDS != nil:
		out = *d.peers[primary].view.RVGs[name].RDS
	case primary != "" && r.LastRDS != nil:
		out = *r.LastRDS
	default:
		out = d.nobodysRDS(r)
	}
	out.Errors = d.configErrors(r, out)
	return out
}

// nobodysRDS: no Primary is known; every RVG is shown as a Secondary.
func (d *Daemon) nobodysRDS(r *rvg) report.RDS {
	na := text.NotApplicable.Text
	row := func(m report.Member) report.Secondary {
		return report.Secondary{Member: m, RlinkFrom: na, RlinkTo: na, Mode: r.Spec.Mode, Latency: r.Spec.Latency,
			Protection: r.Spec.Protection, Data: na, Replication: na, Logging: na, Timestamp: na, Bandwidth: na}
	}
	out := report.RDS{Name: r.Spec.Name, Secondaries: []report.Secondary{row(d.member(r))}}
	for _, site := range siteNames(d.peers) {
		if v, ok := d.peers[site].view.RVGs[r.Spec.Name]; ok {
			out.Secondaries = append(out.Secondaries, row(v.Member))
		}
	}
	return out
}

// primarySite names the site to believe: ourselves, else the peer we replicate
// from if it says it is Primary (or was when last heard), else any that says so.
func (d *Daemon) primarySite(r *rvg) string {
	if r.Role == rolePrimary {
		return d.site
	}
	name := r.Spec.Name
	if p := d.peers[r.Primary]; p != nil {
		v, heard := p.view.RVGs[name]
		if v.Role == rolePrimary || (!heard && r.LastRDS != nil) {
			return r.Primary
		}
	}
	for _, site := range siteNames(d.peers) {
		if d.peers[site].view.RVGs[name].Role == rolePrimary {
			return site
		}
	}
	return ""
}
