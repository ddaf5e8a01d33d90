package daemon

import (
	"path/filepath"
	"sync"
	"time"

	"changeover.test/lab/vvr/internal/config"
	"changeover.test/lab/vvr/internal/image"
	"changeover.test/lab/vvr/internal/kernel"
	"changeover.test/lab/vvr/internal/report"
	"changeover.test/lab/vvr/internal/wire"
)

// position says which frame a Secondary's data is: the Primary opens a stream
// when it learns what the Secondary has, and numbers the frames of it.
type position struct {
	Stream string `json:"stream"`
	Seq    int64  `json:"seq"`
}

// rvg is one replicated volume group while the daemon runs.
type rvg struct {
	*rvgState
	dir  string
	disk sync.Mutex // orders captures, frames and moves of this RVG
	busy string     // the changing command that runs now
	kick chan struct{}
	stop chan struct{}
	// seen is the newest image of the current generation; on a Primary it may
	// be torn. shippable is the newest one that all volumes had at one moment.
	seen, shippable *image.Image
	promoted        *image.Image // what was here when this site became Primary; nil: before the daemon started
	gaveRole        step         // the migrate that made this site Primary since the daemon started
	pos             position     // of a Secondary
	spare           *generation
	frames          int64         // captured since the start
	stopped         time.Duration // how long openers stood still for them, in all
	links           map[string]*rlink
	frozen          *report.RDS // the report while freezeView is on
}

// rlink is a Primary's running knowledge of one Secondary.
type rlink struct {
	site       string
	kick       chan struct{}
	client     *wire.Client
	acked      *image.Image // what the Secondary has; nil: must be asked
	pos        position
	sending    bool
	underWay   int64 // bytes of the frame being sent that have left already
	resyncing  bool
	lastError  string
	upToDateAt time.Time
	trusted    bool // startrep -f: take the Secondary for identical, unasked
}

func newRVG(d *Daemon, st *rvgState) *rvg {
	return &rvg{rvgState: st, dir: filepath.Join(d.volumesDir, "rvg", st.Spec.Name),
		kick: make(chan struct{}, 1), stop: make(chan struct{}),
		seen: image.Empty(), links: map[string]*rlink{}}
}

func newLink(site string) *rlink {
	return &rlink{site: site, kick: make(chan struct{}, 1), upToDateAt: time.Now()}
}

// addRVG makes a new RVG with empty volumes. Callers hold d.mu.
func (d *Daemon) addRVG(spec config.RVG) error {
	st := &rvgState{Spec: spec, Role: spec.Role, Primary: spec.Primary, Epoch: 1, Links: map[string]*linkState{}}
	if spec.Role == rolePrimary {
		st.Primary, st.Consistent = d.site, true
		for _, s := range spec.Secondaries {
			st.Links[s] = &linkState{Attached: true}
		}
	}
	r := newRVG(d, st)
	if err := r.createFirst(); err != nil {
		return err
	}
	d.rvgs[spec.Name] = r
	d.logWritable(r, spec.Role == rolePrimary, "start")
	return nil
}

// secondPrimary: is that site a Primary beside this one? What it said before it
// gave the role to us by a migrate does not count.
func (r *rvg) secondPrimary(site string, v rvgView) bool {
	before := site == r.gaveRole.From && v.Marks <= r.gaveRole.Mark
	return r.Role == rolePrimary && v.Role == rolePrimary && !before
}

func (r *rvg) volumeNames() []string {
	out := make([]string, 0, len(r.Spec.Volumes))
	for _, v := range r.Spec.Volumes {
		out = append(out, v.Name)
	}
	return out
}

func (r *rvg) volume(name string) (config.Volume, bool) {
	for _, v := range r.Spec.Volumes {
		if v.Name == name {
			return v, true
		}
	}
	return config.Volume{}, false
}

// attachable: may an application get this volume for writing now?
func (r *rvg) attachable() bool { return r.Role == rolePrimary && r.Transition == nil }

// openers asks the kernel; maps as in kernel.Volumes.Openers.
func (d *Daemon) openers(r *rvg, maps bool) ([]kernel.Opener, error) {
	v := kernel.Volumes{Dir: r.dir, Ignore: map[int]bool{selfPID: true, d.guard.PID(): true}}
	return v.Openers(maps)
}

func kick(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
