package daemon

import (
	"fmt"

	"changeover.test/lab/vvr/internal/image"
)

// startResync begins replaying a DCM. Callers hold d.mu.
func (d *Daemon) startResync(r *rvg, l *rlink) {
	l.resyncing = true
	kick(l.kick)
	d.announce()
}

// resynchronise replays what the DCM marks: file by file, in no useful order,
// over the Secondary's current data, which is inconsistent meanwhile. A last
// atomic frame makes it consistent and ends DCM logging. Cut off, it goes on
// where it was when the link is back.
func (d *Daemon) resynchronise(r *rvg, l *rlink) error {
	now, err := d.look(r)
	if err != nil {
		return err
	}
	d.mu.Lock()
	st := r.Links[l.site]
	if st == nil || st.DCM == dcmNone {
		l.resyncing = false
		d.mu.Unlock()
		return nil
	}
	kind, acked := st.DCM, l.acked
	now.Total = r.seen.Total
	d.mu.Unlock()
	if acked == nil {
		if err := d.shakeHands(r, l, now); err != nil {
			return err
		}
		if kind == dcmAutosync {
			d.mu.Lock()
			l.acked = l.acked.Unknown() // autosync copies everything
			d.mu.Unlock()
		}
	}
	if err := d.replay(r, l, now); err != nil {
		return err
	}
	r.disk.Lock()
	err = d.captureFrame(r)
	r.disk.Unlock()
	if err != nil {
		return err
	}
	d.mu.Lock()
	img := r.shippable
	d.mu.Unlock()
	if err := d.sendFrame(r, l, img, false); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if st := r.Links[l.site]; st != nil && l.acked == img {
		st.DCM, st.DCMBytes = dcmNone, 0
		l.resyncing = false
		if kind == dcmFailback {
			r.Takeover = nil
		}
		d.save()
	}
	return nil
}

// replay sends every path that differs as a frame of its own: directories
// first, so that there is a place for the files; the order of a map is as
// arbitrary as that of the regions of a disk.
func (d *Daemon) replay(r *rvg, l *rlink, now *image.Image) error {
	for _, dirs := range []bool{true, false} {
		for path, e := range now.Entries {
			if (e.Kind == image.KindDir) != dirs {
				continue
			}
			d.mu.Lock()
			acked, going := l.acked, l.resyncing
			d.mu.Unlock()
			if !going || acked == nil {
				return fmt.Errorf("resynchronisation was ended")
			}
			if err := d.sendFrame(r, l, acked.With(path, e), true); err != nil {
				return err
			}
		}
	}
	return nil
}
