package daemon

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"changeover.test/lab/vvr/internal/image"
)

// generation is a directory gen-<n> that holds one directory per volume.
//
// A Secondary has two: current, and a spare that is one frame behind. A frame
// is written to the spare, which then becomes current by a flip of the symlink;
// so each frame writes only what changed, and current never is half a frame.
type generation struct {
	number int
	img    *image.Image
}

func (r *rvg) genDir(n int) string { return filepath.Join(r.dir, fmt.Sprintf("gen-%d", n)) }

func (r *rvg) positionFile(n int) string { return r.genDir(n) + ".position" }

// currentNumber reads the symlink.
func (r *rvg) currentNumber() (int, error) {
	target, err := os.Readlink(filepath.Join(r.dir, "current"))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimPrefix(target, "gen-"))
}

// currentDir is the resolved directory of the current generation.
func (r *rvg) currentDir() (string, error) {
	n, err := r.currentNumber()
	return r.genDir(n), err
}

func (r *rvg) flip(n int) error {
	tmp := filepath.Join(r.dir, ".current")
	_ = os.Remove(tmp)
	if err := os.Symlink(fmt.Sprintf("gen-%d", n), tmp); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(r.dir, "current"))
}

func (r *rvg) createFirst() error {
	for _, v := range r.volumeNames() {
		if err := os.MkdirAll(filepath.Join(r.genDir(1), v), 0o755); err != nil {
			return err
		}
		// Applications may run as anybody, and a umask must not decide.
		if err := os.Chmod(filepath.Join(r.genDir(1), v), 0o777); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(r.genDir(1), 0o755); err != nil {
		return err
	}
	return r.flip(1)
}

// recoverGenerations puts the directories right after a kill: an interrupted
// move is carried on, half-written generations are removed, the content of a
// Secondary is read back together with its position.
func (r *rvg) recoverGenerations() error {
	n, err := r.currentNumber()
	if err != nil {
		return err
	}
	if r.MovingTo > 0 {
		if n != r.MovingTo {
			if err := r.moveTo(r.MovingTo); err != nil {
				return err
			}
			n = r.MovingTo
		}
		r.MovingTo = 0
	}
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		return err
	}
	keep := map[string]bool{"current": true, filepath.Base(r.genDir(n)): true, filepath.Base(r.positionFile(n)): true}
	for _, e := range entries {
		if !keep[e.Name()] {
			if err := os.RemoveAll(filepath.Join(r.dir, e.Name())); err != nil {
				return err
			}
		}
	}
	if raw, err := os.ReadFile(r.positionFile(n)); err == nil {
		_ = json.Unmarshal(raw, &r.pos)
	}
	r.seen, err = image.Scan(r.genDir(n), r.volumeNames(), image.Empty())
	return err
}

// setPosition records what the generation n holds.
func (r *rvg) setPosition(n int, p position) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return writeAtomic(r.positionFile(n), raw)
}

// moveTo moves the current data into fresh directories gen-<n> and flips. The
// files stay the same inodes (nobody has them open), the directories do not:
// whoever still has the old ones mounted finds them removed and cannot write
// into what is a Secondary's data now. Repeatable after a crash.
func (r *rvg) moveTo(n int) error {
	from, err := r.currentDir()
	if err != nil {
		return err
	}
	if err := moveTree(from, r.genDir(n)); err != nil {
		return err
	}
	return r.flip(n)
}

func moveTree(from, to string) error {
	info, err := os.Lstat(from)
	if os.IsNotExist(err) {
		return nil // moved before the crash
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return os.Rename(from, to)
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := moveTree(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	if err := copyOwner(info, to); err != nil {
		return err
	}
	return os.Remove(from)
}

// dropSpare removes the generation that is not current, and its position.
func (r *rvg) dropSpare() {
	if r.spare == nil {
		return
	}
	_ = os.RemoveAll(r.genDir(r.spare.number))
	_ = os.Remove(r.positionFile(r.spare.number))
	r.spare = nil
}
