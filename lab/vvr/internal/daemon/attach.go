package daemon

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"changeover.test/lab/vvr/internal/text"
)

// attachment is the answer to attach: where the volume is, for writing.
type attachment struct {
	OK       bool   `json:"ok"`
	Path     string `json:"path"`
	Writable bool   `json:"writable"`
}

// volumeInfo is one element of the answer to list.
type volumeInfo struct {
	Name      string `json:"name"`
	RVG       string `json:"rvg,omitempty"`
	SizeBytes int64  `json:"sizeBytes"`
	Writable  bool   `json:"writable"`
	Path      string `json:"path,omitempty"`
}

type volumeList struct {
	OK      bool         `json:"ok"`
	Volumes []volumeInfo `json:"volumes"`
}

// attach answers whether the volume may be written on this site, and where.
func (d *Daemon) attach(volume string) any {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.plain[volume]; ok {
		return attachment{true, d.plainDir(volume), true}
	}
	r := d.rvgOf(volume)
	if r == nil {
		return failure{Reason: text.VolumeUnknown.With(volume, d.site)}
	}
	if !r.attachable() {
		role := map[string]string{rolePrimary: "in transition", roleSecondary: "Secondary", roleActing: "acting secondary"}[r.Role]
		return failure{Reason: text.VolumeNotWritable.With(r.Spec.Name, role, d.site)}
	}
	dir, err := r.currentDir()
	if err != nil {
		return failure{Reason: err.Error()}
	}
	return attachment{true, filepath.Join(dir, volume), true}
}

// awaitAttach answers like attach, as soon as it is yes or the time is over.
func (d *Daemon) awaitAttach(volume string, limit time.Duration) any {
	over := time.NewTimer(limit)
	defer over.Stop()
	for {
		changed := d.waitChange()
		answer := d.attach(volume)
		if _, yes := answer.(attachment); yes {
			return answer
		}
		select {
		case <-changed:
		case <-over.C:
			return answer
		case <-d.done:
			return answer
		}
	}
}

// rvgOf finds the RVG of a volume. Callers hold d.mu.
func (d *Daemon) rvgOf(volume string) *rvg {
	for _, r := range d.rvgs {
		if _, ok := r.volume(volume); ok {
			return r
		}
	}
	return nil
}

func (d *Daemon) plainDir(volume string) string { return filepath.Join(d.volumesDir, "plain", volume) }

func (d *Daemon) createPlain(volume string, size int64) any {
	if volume == "" || strings.ContainsAny(volume, "/\x00") || volume[0] == '.' {
		return failure{Reason: "not a volume name: " + volume}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.rvgOf(volume) != nil {
		return failure{Reason: "volume " + volume + " exists in a volume group"}
	}
	dir := d.plainDir(volume)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return failure{Reason: err.Error()}
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		return failure{Reason: err.Error()}
	}
	d.plain[volume] = size
	d.save()
	return attachment{true, dir, true}
}

// deleteVolume really removes a volume, also one of an RVG: a released PV with
// reclaim policy Delete must be able to cost the data of this site. The other
// site keeps its copy; the RVGs no longer match and say so.
func (d *Daemon) deleteVolume(volume string) any {
	d.mu.Lock()
	if _, ok := d.plain[volume]; ok {
		defer d.mu.Unlock()
		if err := os.RemoveAll(d.plainDir(volume)); err != nil {
			return failure{Reason: err.Error()}
		}
		delete(d.plain, volume)
		d.save()
		return success{true}
	}
	r := d.rvgOf(volume)
	d.mu.Unlock()
	if r == nil {
		return failure{Reason: text.VolumeUnknown.With(volume, d.site)}
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	kept := r.Spec.Volumes[:0:0]
	for _, v := range r.Spec.Volumes {
		if v.Name != volume {
			kept = append(kept, v)
		}
	}
	r.Spec.Volumes = kept
	r.seen = r.seen.Without(volume)
	r.shippable = nil
	for _, l := range r.links {
		if l.acked != nil {
			l.acked = l.acked.Without(volume)
		}
	}
	r.dropSpare()
	d.save()
	dir, err := r.currentDir()
	if err == nil {
		err = os.RemoveAll(filepath.Join(dir, volume))
	}
	if err != nil {
		return failure{Reason: err.Error()}
	}
	return success{true}
}

func (d *Daemon) list() any {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := volumeList{OK: true, Volumes: []volumeInfo{}}
	for _, name := range siteNames(d.plain) {
		out.Volumes = append(out.Volumes, volumeInfo{Name: name, SizeBytes: d.plain[name], Writable: true, Path: d.plainDir(name)})
	}
	for _, name := range siteNames(d.rvgs) {
		r := d.rvgs[name]
		dir, _ := r.currentDir()
		for _, v := range r.Spec.Volumes {
			out.Volumes = append(out.Volumes, volumeInfo{v.Name, name, v.SizeBytes, r.attachable(), filepath.Join(dir, v.Name)})
		}
	}
	return out
}
