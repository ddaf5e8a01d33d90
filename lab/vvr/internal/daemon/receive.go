package daemon

import (
	"errors"
	"os"

	"changeover.test/lab/vvr/internal/image"
	"changeover.test/lab/vvr/internal/text"
)

// mayReceive: does this site take data for the RVG from that site?
// Callers hold d.mu.
func (d *Daemon) mayReceive(name, from string) (*rvg, error) {
	r := d.rvgs[name]
	if r == nil {
		return nil, text.PeerNoRVG.Error(name, d.site)
	}
	if r.Role == rolePrimary {
		return nil, text.PeerIsPrimary.Error(name, d.site)
	}
	if r.Primary == "" {
		r.Primary = from
		d.save()
	}
	if r.Primary != from {
		return nil, text.PeerFollowsOther.Error(name, d.site, r.Primary)
	}
	return r, nil
}

// receiveHandshake tells what this Secondary has and starts a new stream on it.
func (d *Daemon) receiveHandshake(h handshake, from string) (any, error) {
	d.mu.Lock()
	r, err := d.mayReceive(h.RVG, from)
	d.mu.Unlock()
	if err != nil {
		return nil, err
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	n, err := r.currentNumber()
	if err != nil {
		return nil, err
	}
	p := position{Stream: h.Stream}
	if err := r.setPosition(n, p); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	r.pos = p
	return handshakeAnswer{r.seen.Manifest()}, nil
}

// receiveFrame applies a frame and acknowledges it by returning without error.
func (d *Daemon) receiveFrame(f frame, body []byte, from string) (any, error) {
	d.mu.Lock()
	r, err := d.mayReceive(f.RVG, from)
	d.mu.Unlock()
	if err != nil {
		return nil, err
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	d.mu.Lock()
	_, err = d.mayReceive(f.RVG, from) // the role may have changed meanwhile
	have, old := r.pos, r.seen
	d.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if have.Stream != f.Stream || have.Seq != f.Base {
		return nil, errors.New(errBase)
	}
	now, err := image.Apply(old, f.Delta, body)
	if err != nil {
		return nil, err
	}
	next := position{f.Stream, f.Seq}
	if f.InPlace {
		err = d.applyInPlace(r, now, next)
	} else {
		err = d.applyAtomically(r, now, next)
	}
	return nil, err
}

// applyAtomically writes the frame to the spare generation and flips.
func (d *Daemon) applyAtomically(r *rvg, now *image.Image, next position) error {
	n, err := r.currentNumber()
	if err != nil {
		return err
	}
	if !image.Same(r.seen, now) {
		fresh, have := n+1, image.Empty()
		if r.spare != nil {
			have = r.spare.img
			_ = os.Remove(r.positionFile(r.spare.number))
			err = os.Rename(r.genDir(r.spare.number), r.genDir(fresh))
		} else {
			err = os.Mkdir(r.genDir(fresh), 0o755)
		}
		if err == nil {
			r.spare = &generation{fresh, have}
			err = image.Materialise(r.genDir(fresh), have, now)
		}
		if err == nil {
			err = r.setPosition(fresh, next)
		}
		if err == nil {
			err = r.flip(fresh)
		}
		if err != nil {
			r.dropSpare() // half written: made anew next time
			return err
		}
		r.spare = &generation{n, r.seen}
	} else if err := r.setPosition(n, next); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	r.seen, r.pos = now, next
	if !r.Consistent || r.Role == roleActing {
		r.Consistent, r.Role = true, roleSecondary
		d.save()
	}
	return nil
}

// applyInPlace writes over the current generation, which is inconsistent from
// before the first byte until the next atomic frame.
func (d *Daemon) applyInPlace(r *rvg, now *image.Image, next position) error {
	d.mu.Lock()
	if r.Consistent {
		r.Consistent = false
		d.save()
	}
	d.mu.Unlock()
	n, err := r.currentNumber()
	if err != nil {
		return err
	}
	// Without a position nobody takes a half-written generation for a frame.
	_ = os.Remove(r.positionFile(n))
	if err := image.Materialise(r.genDir(n), r.seen, now); err != nil {
		// The directory holds neither image: read back what it holds.
		if back, scanErr := image.Scan(r.genDir(n), r.volumeNames(), image.Empty()); scanErr == nil {
			d.mu.Lock()
			r.seen, r.pos = back, position{}
			d.mu.Unlock()
		}
		return err
	}
	if err := r.setPosition(n, next); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	r.seen, r.pos = now, next
	return nil
}
