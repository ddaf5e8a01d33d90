package scenario

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestSecondaryIsAlwaysAMomentOfThePrimary(t *testing.T) {
	east, west := pair(t)
	east.set(map[string]any{"frameMs": 10})
	w := process(t, "writer", "LEDGER="+east.dir("orders-ledger-vol"), "INDEX="+east.dir("orders-index-vol"))
	seen := map[string]bool{}
	checked := 0
	deadline := time.Now().Add(3 * time.Second)
	for tick := time.NewTicker(time.Millisecond); time.Now().Before(deadline); <-tick.C {
		gen, log, table, ok := west.snapshot()
		if !ok {
			continue
		}
		checked++
		seen[gen] = true
		lines := strings.Split(strings.TrimSuffix(log, "\n"), "\n")
		for i, l := range lines {
			if l != fmt.Sprintf("%08d", i+1) {
				t.Fatalf("log line %d is %q", i+1, l)
			}
		}
		if d := fmt.Sprintf("%08d\n", len(lines)); table != d && table != fmt.Sprintf("%08d\n", len(lines)-1) {
			t.Fatalf("table %q beside a log of %d lines", table, len(lines))
		}
	}
	if len(seen) < 10 || checked < 20 {
		t.Fatalf("only %d generations in %d checks", len(seen), checked)
	}
	end(w)
	eventually(t, "drained", east.upToDate)
	t.Logf("%d generations seen, frames %v, stood still %v ms, %d bytes", len(seen), east.detail()["frames"], east.detail()["stoppedMs"], len(east.read("orders-ledger-vol", "orders.log")))
	for _, f := range [][2]string{{"orders-ledger-vol", "orders.log"}, {"orders-index-vol", "table"}} {
		if a, b := east.read(f[0], f[1]), west.read(f[0], f[1]); a != b || a == "" {
			t.Fatalf("%s differs: %d and %d bytes", f[1], len(a), len(b))
		}
	}
}

// snapshot reads log and table of one generation; not ok when it was replaced
// while being read.
func (s *site) snapshot() (gen, log, table string, ok bool) {
	link := s.home + "/volumes/rvg/" + rvgName + "/current"
	gen, err := os.Readlink(link)
	if err != nil {
		return
	}
	base := filepath.Join(filepath.Dir(link), gen)
	a, err1 := os.ReadFile(base + "/orders-ledger-vol/orders.log")
	b, err2 := os.ReadFile(base + "/orders-index-vol/table")
	after, _ := os.Readlink(link)
	return gen, string(a), string(b), err1 == nil && err2 == nil && after == gen
}

func TestEveryKindOfChangeArrives(t *testing.T) {
	east, west := pair(t)
	v := "orders-ledger-vol"
	step := func(name string, change func(dir string) error, want func(dir string) bool) {
		t.Helper()
		check(t, change(east.dir(v)))
		if east.upToDate() && !want(west.dir(v)) {
			t.Fatalf("%s: reported up-to-date too early", name)
		}
		eventually(t, name, east.upToDate)
		if !want(west.dir(v)) {
			t.Fatalf("%s did not arrive", name)
		}
	}
	big := strings.Repeat("0123456789abcdef", 20000)
	has := func(file, content string) func(string) bool {
		return func(dir string) bool { raw, _ := os.ReadFile(dir + "/" + file); return string(raw) == content }
	}
	put := func(file, content string) func(string) error {
		return func(dir string) error { return os.WriteFile(dir+"/"+file, []byte(content), 0o640) }
	}
	step("create", put("a", big), has("a", big))
	middle := big[:150000] + "XYZ" + big[150003:]
	step("overwrite in the middle", func(dir string) error {
		f, err := os.OpenFile(dir+"/a", os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = f.WriteAt([]byte("XYZ"), 150000)
		return err
	}, has("a", middle))
	step("truncate", func(dir string) error { return os.Truncate(dir+"/a", 70000) }, has("a", middle[:70000]))
	step("grow with a hole", func(dir string) error { return os.Truncate(dir+"/a", 200000) },
		has("a", middle[:70000]+strings.Repeat("\x00", 130000)))
	step("rename", func(dir string) error { return os.Rename(dir+"/a", dir+"/b") }, func(dir string) bool {
		_, err := os.Stat(dir + "/a")
		return os.IsNotExist(err) && has("b", middle[:70000]+strings.Repeat("\x00", 130000))(dir)
	})
	step("directory and symlink", func(dir string) error {
		if err := os.MkdirAll(dir+"/d/e", 0o711); err != nil {
			return err
		}
		return os.Symlink("d/e", dir+"/l")
	}, func(dir string) bool {
		i, err := os.Stat(dir + "/d/e")
		l, _ := os.Readlink(dir + "/l")
		return err == nil && i.Mode().Perm() == 0o711 && l == "d/e"
	})
	step("file replaced by directory", func(dir string) error {
		if err := os.Remove(dir + "/b"); err != nil {
			return err
		}
		return os.MkdirAll(dir+"/b/c", 0o755)
	}, func(dir string) bool { i, err := os.Stat(dir + "/b/c"); return err == nil && i.IsDir() })
	step("mode", func(dir string) error { return os.Chmod(dir+"/d", 0o700) },
		func(dir string) bool { i, err := os.Stat(dir + "/d"); return err == nil && i.Mode().Perm() == 0o700 })
	step("delete a tree", func(dir string) error { return os.RemoveAll(dir + "/d") },
		func(dir string) bool { _, err := os.Stat(dir + "/d"); return os.IsNotExist(err) })
}

func TestUpToDateIsNeverSaidOfAChangedVolume(t *testing.T) {
	east, _ := pair(t)
	east.set(map[string]any{"pauseReplication": true})
	eventually(t, "up to date", east.upToDate)
	east.write("orders-index-vol", "f", "1")
	if east.upToDate() {
		t.Fatal("up-to-date with an unshipped file")
	}
	if r := east.report(); !strings.Contains(r, "consistent, behind") || !strings.Contains(r, "Kbytes behind") {
		t.Fatal(r)
	}
	east.set(map[string]any{"pauseReplication": false})
	eventually(t, "drained", east.upToDate)
}

func TestBehindSaysHowOldTheCopyIsAndNotHowLongNobodyAsked(t *testing.T) {
	east, west := pair(t)
	east.set(map[string]any{"frameMs": 1})
	process(t, "writer", "LEDGER="+east.dir("orders-ledger-vol"), "INDEX="+east.dir("orders-index-vol"))
	from := time.Now()
	// Nobody asks for a report meanwhile: the Secondary's files say that it follows.
	for time.Since(from) < 5*time.Second {
		length := len(west.read("orders-ledger-vol", "orders.log"))
		eventually(t, "the copy follows", func() bool { return len(west.read("orders-ledger-vol", "orders.log")) > length })
	}
	if r := east.report(); !strings.Contains(r, "behind by  0h 0m 0s") && !strings.Contains(r, "behind by  0h 0m 1s") && !strings.Contains(r, "behind by  0h 0m 2s") {
		t.Fatal(r)
	}
	east.set(map[string]any{"pauseReplication": true})
	east.write("orders-index-vol", "f", "1")
	eventually(t, "the copy grows old", func() bool { return strings.Contains(east.report(), "behind by  0h 0m 3s") })
}

func TestKbytesBehindIsWhatHasNotLeftYet(t *testing.T) {
	east, _ := pair(t)
	w := process(t, "writer", "LEDGER="+east.dir("orders-ledger-vol"), "INDEX="+east.dir("orders-index-vol"))
	defer end(w)
	const rate = 1_000_000
	east.set(map[string]any{"frameMs": 10, "bandwidthBytesPerSec": rate})
	east.write("orders-ledger-vol", "import", strings.Repeat("0123456789abcdef", 4*rate/16))
	pattern := regexp.MustCompile(`SRL \((\d+) Kbytes behind`)
	kilobytes := func() float64 {
		found := pattern.FindStringSubmatch(east.report())
		if found == nil {
			return 0
		}
		n, err := strconv.Atoi(found[1])
		check(t, err)
		return float64(n)
	}
	eventually(t, "the import is counted", func() bool { return kilobytes() > 3000 })
	from, before := time.Now(), kilobytes()
	eventually(t, "half of it has left", func() bool { return kilobytes() < before-1500 })
	took, left := time.Since(from).Seconds(), before-kilobytes()
	// Small writes go on meanwhile and count with what they write, not with a region each.
	if sent := took * rate / 1024; left < 0.7*sent || left > 1.3*sent {
		t.Fatalf("%.0f Kbytes less after %.2f s of a link that carries %.0f", left, took, sent)
	}
}

func TestKillOfTheDaemonLeavesNoProcessStopped(t *testing.T) {
	east, west := pair(t)
	east.set(map[string]any{"frameMs": 1})
	w := process(t, "writer", "LEDGER="+east.dir("orders-ledger-vol"), "INDEX="+east.dir("orders-index-vol"))
	for i := 0; i < 8; i++ {
		length := len(east.read("orders-ledger-vol", "orders.log"))
		eventually(t, "writer writes", func() bool { return len(east.read("orders-ledger-vol", "orders.log")) > length })
		east.kill9()
		at := len(east.read("orders-ledger-vol", "orders.log"))
		eventually(t, "writer goes on without the daemon", func() bool { return len(east.read("orders-ledger-vol", "orders.log")) > at })
		east.start()
	}
	end(w)
	eventually(t, "drained", east.upToDate)
	if east.read("orders-ledger-vol", "orders.log") != west.read("orders-ledger-vol", "orders.log") {
		t.Fatal("copies differ after restarts")
	}
	west.kill9()
	east.write("orders-ledger-vol", "late", "x")
	west.start()
	eventually(t, "drained after restart of the Secondary", east.upToDate)
	if west.read("orders-ledger-vol", "late") != "x" {
		t.Fatal("late file did not arrive")
	}
}
