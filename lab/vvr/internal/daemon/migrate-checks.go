package daemon

import (
	"fmt"
	"strings"

	"changeover.test/lab/vvr/internal/text"
)

// migrateRefused checks the documented preconditions [S20, S65]; "" means none
// is violated. The Secondaries' own conditions are checked by prepare: what a
// heartbeat said last may be older than the last change of role.
func (d *Daemon) migrateRefused(r *rvg, target string) string {
	openers, err := d.openers(r, true)
	live := d.lookAlive(r)
	d.mu.Lock()
	defer d.mu.Unlock()
	name := r.Spec.Name
	switch {
	case r.Role != rolePrimary || r.Transition != nil:
		return text.NotPrimary.With(name)
	case r.Links[target] == nil:
		return text.UnknownHost.With(target, name)
	case !r.Links[target].Attached:
		return text.IsDetached.With(d.hostOf(target), name)
	case err != nil:
		return err.Error()
	case len(openers) > 0:
		list := make([]string, 0, len(openers))
		for _, o := range openers {
			list = append(list, fmt.Sprintf("%s[%d] %s", o.Name, o.PID, o.How))
		}
		return text.VolumesOpen.With(name, strings.Join(list, ", "))
	}
	for site, st := range r.Links {
		host := d.hostOf(site)
		switch {
		case !st.Attached:
			continue // "all attached RLINKs"
		case !d.peers[site].connected():
			return text.NotConnected.With(host, name)
		case st.DCM != dcmNone:
			return text.DCMActive.With(host, name)
		}
		if data := d.dataStatus(r, site, live); data != text.DataUpToDate {
			return text.NotUpToDate.With(host, name, data.Text)
		}
	}
	return ""
}
