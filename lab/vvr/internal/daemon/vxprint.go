package daemon

import (
	"path/filepath"
	"strings"

	"changeover.test/lab/vvr/internal/kernel"
	"changeover.test/lab/vvr/internal/text"
)

// vxprint answers `vxprint -g DG -l VOLUME…`: one block a volume, whose flags
// line begins with open or closed. What is open comes from the kernel.
func (d *Daemon) vxprint(argv []string) result {
	dg, names, ok := vxprintArguments(argv)
	if !ok {
		return result{ExitCode: 1, Stderr: text.VxprintUsage.Text}
	}
	if dg != d.cfg.DiskGroup {
		return refuse(text.UnknownDG.With(dg))
	}
	var out strings.Builder
	for _, name := range names {
		r := d.rvgOf(name)
		if r == nil {
			return refuse(text.VolumeUnknown.With(name, d.site))
		}
		v, _ := r.volume(name)
		flags := text.FlagsClosed.Text
		if d.volumeOpen(r, name) {
			flags = text.FlagsOpen.Text
		}
		out.WriteString(text.VxprintVolume.With(name, v.SizeBytes/512, flags))
	}
	return result{Stdout: out.String()}
}

// volumeOpen says whether the volume is held open. An opener that cannot be
// laid to one volume (its directory is removed already) counts for every one.
func (d *Daemon) volumeOpen(r *rvg, name string) bool {
	group, err := d.openers(r, true)
	if err != nil {
		return true
	}
	if len(group) == 0 {
		return false
	}
	named := 0
	for _, volume := range r.volumeNames() {
		dir, err := filepath.EvalSymlinks(filepath.Join(r.dir, "current", volume))
		if err != nil {
			return true
		}
		v := kernel.Volumes{Dir: dir, Ignore: map[int]bool{selfPID: true, d.guard.PID(): true}}
		openers, err := v.Openers(true)
		if err != nil || len(openers) > 0 && volume == name {
			return true
		}
		named += len(openers)
	}
	return named == 0
}

func vxprintArguments(argv []string) (dg string, volumes []string, ok bool) {
	if len(argv) < 4 || argv[0] != "-g" || argv[2] != "-l" {
		return "", nil, false
	}
	return argv[1], argv[3:], true
}
