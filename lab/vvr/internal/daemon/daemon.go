package daemon

import (
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"sync"

	"changeover.test/lab/vvr/internal/config"
	"changeover.test/lab/vvr/internal/kernel"
	"changeover.test/lab/vvr/internal/wire"
)

// Options are vvrd's command line.
type Options struct {
	Site, StateDir, VolumesDir, Listen, Program string
	Config                                      *config.File
}

// Daemon is one site. mu guards every field below it and all rvgs' state;
// rvg.disk (always taken before mu) orders work on an RVG's directories.
type Daemon struct {
	site, stateDir, volumesDir string
	cfg                        *config.File
	stopper                    *kernel.Stopper
	guard                      *kernel.Guard
	server                     *wire.Server
	local                      net.Listener
	writability                *lineLog
	commandLog                 *lineLog
	done                       chan struct{}

	mu       sync.Mutex
	changed  chan struct{}
	logOwner string
	sim      switches
	plain    map[string]int64
	rvgs     map[string]*rvg
	peers    map[string]*peer
}

// Start recovers the state, continues what was stopped, listens and works.
func Start(o Options) (*Daemon, error) {
	for _, dir := range []string{o.StateDir, filepath.Join(o.VolumesDir, "rvg"), filepath.Join(o.VolumesDir, "plain")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	// The kernel reports real paths, so ours must be real too.
	volumes, err := filepath.EvalSymlinks(o.VolumesDir)
	if err != nil {
		return nil, err
	}
	if volumes, err = filepath.Abs(volumes); err != nil {
		return nil, err
	}
	d := &Daemon{site: o.Site, stateDir: o.StateDir, volumesDir: volumes, cfg: o.Config,
		done: make(chan struct{}), changed: make(chan struct{}), rvgs: map[string]*rvg{}, peers: map[string]*peer{}}
	if d.guard, err = kernel.StartGuard(o.Program); err != nil {
		return nil, fmt.Errorf("guard: %w", err)
	}
	d.stopper = kernel.NewStopper(filepath.Join(o.StateDir, "stopped.json"), d.guard)
	if d.writability, err = openLineLog(filepath.Join(o.StateDir, "writability.jsonl")); err != nil {
		return nil, err
	}
	if d.commandLog, err = openLineLog(filepath.Join(o.StateDir, "commands.jsonl")); err != nil {
		return nil, err
	}
	if err := d.recover(); err != nil {
		return nil, err
	}
	for _, p := range o.Config.Peers {
		d.peers[p.Site] = newPeer(p)
	}
	d.mu.Lock()
	for _, r := range d.rvgs {
		d.run(r)
	}
	d.mu.Unlock()
	if d.server, err = wire.Serve(o.Listen, d.handlePeer); err != nil {
		return nil, err
	}
	if err := d.listenLocal(); err != nil {
		return nil, err
	}
	for _, p := range d.peers {
		go d.keepLink(p)
	}
	return d, nil
}

// recover loads state.json, or makes the first state from the configuration.
func (d *Daemon) recover() error {
	p, err := loadState(d.stateDir)
	if err != nil {
		return fmt.Errorf("state.json: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if p == nil {
		d.logOwner, d.sim, d.plain = d.cfg.LogOwner, defaultSwitches(), map[string]int64{}
		for _, spec := range d.cfg.RVGs {
			if err := d.addRVG(spec); err != nil {
				return err
			}
		}
		d.save()
		return nil
	}
	d.logOwner, d.sim, d.plain = p.LogOwner, p.Switches, p.Plain
	for name, st := range p.RVGs {
		r := newRVG(d, st)
		if err := r.recoverGenerations(); err != nil {
			return fmt.Errorf("RVG %s: %w", name, err)
		}
		st.Command = ""
		d.rvgs[name] = r
		d.logRecovered(r)
	}
	d.save()
	return nil
}

// run starts an RVG's capture and shipping. Callers hold d.mu.
func (d *Daemon) run(r *rvg) {
	for site := range d.peers {
		r.links[site] = newLink(site)
	}
	for _, l := range r.links {
		go d.ship(r, l)
	}
	go d.capture(r)
}

// Close ends the daemon in order; roles stay what they are.
func (d *Daemon) Close() {
	close(d.done)
	d.server.Close()
	_ = d.local.Close()
	d.guard.Close()
}

func (d *Daemon) fatal(message string) {
	log.Printf("vvrd %s: %s", d.site, message)
	d.guard.Close()
	os.Exit(1)
}

// waitChange returns the channel that closes at the next change of state.
func (d *Daemon) waitChange() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}
