package scenario

import (
	"os"
	"strings"
	"testing"
	"time"
)

func migrate(t *testing.T, s *site) {
	t.Helper()
	eventually(t, "drained", s.upToDate)
	begun := time.Now()
	s.must("-g", s.dg(), "-s", "migrate", rvgName)
	t.Logf("migrate took %v, vradmin's process included", time.Since(begun))
}

func TestMigrateGoesThereAndBack(t *testing.T) {
	east, west := pair(t)
	east.write("orders-ledger-vol", "log", "one\n")
	migrate(t, east)
	if east.role() != "secondary" || west.role() != "primary" {
		t.Fatal("roles not swapped", east.role(), west.role())
	}
	// At once, from both sides, the report names the new Primary.
	for _, s := range []*site{east, west} {
		if r := s.report(); !strings.Contains(strings.SplitN(r, "Secondary:", 2)[0], west.host()) || strings.Contains(r, "Config Errors") {
			t.Fatalf("report of %s:\n%s", s.name, r)
		}
	}
	if a := east.ask(map[string]any{"op": "attach", "volume": "orders-ledger-vol"}); a["ok"] != false ||
		a["reason"] != "volume group orders_rvg is Secondary on east: volume is not writable" {
		t.Fatal(a)
	}
	if a := west.ask(map[string]any{"op": "attach", "volume": "orders-ledger-vol"}); a["ok"] != true || a["path"] != west.dir("orders-ledger-vol") {
		t.Fatal(a)
	}
	if !west.upToDate() {
		t.Fatal("reversed replication is not up-to-date at once:\n" + west.report())
	}
	west.write("orders-ledger-vol", "log", "one\ntwo\n")
	migrate(t, west)
	if got := east.read("orders-ledger-vol", "log"); got != "one\ntwo\n" {
		t.Fatalf("%q", got)
	}
	east.write("orders-ledger-vol", "log", "one\ntwo\nthree\n")
	// Typed at the Secondary it works as well.
	eventually(t, "drained", east.upToDate)
	west.must("-s", "migrate", rvgName)
	if west.role() != "primary" || west.read("orders-ledger-vol", "log") != "one\ntwo\nthree\n" {
		t.Fatal("migrate from the Secondary's side")
	}
	neverTwoWriters(t, east, west)
}

func TestMigrateIsRefusedWhileAVolumeIsOpen(t *testing.T) {
	east, west := pair(t)
	dir := east.dir("orders-ledger-vol")
	cases := []struct {
		name, mode string
		env        []string
	}{
		{"descriptor", "hold-fd", nil}, {"unlinked file", "hold-unlinked", nil},
		{"working directory", "hold-cwd", nil}, {"memory map", "hold-map", nil},
		{"another mount namespace", "hold-mount", []string{"AT=" + t.TempDir(), "OPEN=1"}},
	}
	for _, c := range cases {
		if c.mode == "hold-mount" && os.Getuid() != 0 {
			continue
		}
		p := process(t, c.mode, append(c.env, "LEDGER="+dir)...)
		eventually(t, "drained", east.upToDate)
		code, out := east.vradmin("-s", "migrate", rvgName)
		if code == 0 || !strings.Contains(out, "are open") {
			t.Fatalf("%s: exit %d: %s", c.name, code, out)
		}
		if east.role() != "primary" || west.role() != "secondary" || east.detail()["transition"] != nil {
			t.Fatalf("%s: roles changed by a refused migrate", c.name)
		}
		end(p)
	}
	// What is only mounted is not open, and finds an empty, removed directory afterwards.
	if os.Getuid() == 0 {
		p := process(t, "hold-mount", "AT="+t.TempDir(), "LEDGER="+dir)
		migrate(t, east)
		end(p)
	}
}

func TestMigrateIsRefusedWhenItsConditionsDoNotHold(t *testing.T) {
	east, west := pair(t)
	refused := func(why, word string) {
		t.Helper()
		if code, out := east.vradmin("-s", "migrate", rvgName); code == 0 || !strings.Contains(out, word) {
			t.Fatalf("%s: exit %d: %s", why, code, out)
		}
	}
	if code, out := east.vradmin("migrate", rvgName); code == 0 || !strings.Contains(out, "Have you stopped") {
		t.Fatalf("no -s, no answer: exit %d: %s", code, out)
	}
	east.set(map[string]any{"pauseReplication": true})
	east.write("orders-ledger-vol", "f", "x")
	refused("behind", "not up-to-date")
	east.set(map[string]any{"pauseReplication": false})
	eventually(t, "drained", east.upToDate)
	if code, out := east.vradminOn("east-2", "-s", "migrate", rvgName); code == 0 || !strings.Contains(out, "log owner") {
		t.Fatalf("off the log owner: exit %d: %s", code, out)
	}
	west.in.set(true)
	eventually(t, "cut is seen", func() bool { return strings.Contains(east.report(), "paused due to network disconnection") })
	if r := east.report(); !strings.Contains(r, "Config Errors:") || !strings.Contains(r, "stale information") {
		t.Fatal(r)
	}
	refused("cut", "not connected")
	west.in.set(false)
	eventually(t, "link is back", func() bool { return strings.Contains(east.report(), "replicating (connected)") })
	migrate(t, east)
	if code, out := west.vradmin("frobnicate"); code == 0 || !strings.Contains(out, "Usage:") {
		t.Fatalf("usage: exit %d: %s", code, out)
	}
}

func TestMigrateThatFailsOnTheRemoteHostIsRolledBack(t *testing.T) {
	east, west := pair(t)
	east.write("orders-ledger-vol", "log", "one")
	west.set(map[string]any{"migrateFailRemote": true})
	eventually(t, "drained", east.upToDate)
	code, out := east.vradmin("-s", "migrate", rvgName)
	if code != 1 || !strings.Contains(out, "Original configuration restored") {
		t.Fatalf("exit %d: %s", code, out)
	}
	if east.role() != "primary" || west.role() != "secondary" {
		t.Fatal("not rolled back")
	}
	if a := east.ask(map[string]any{"op": "attach", "volume": "orders-ledger-vol"}); a["ok"] != true {
		t.Fatal(a)
	}
	if east.read("orders-ledger-vol", "log") != "one" {
		t.Fatal("data lost by the roll-back")
	}
	neverTwoWriters(t, east, west)
	west.set(map[string]any{"migrateFailRemote": false})
	migrate(t, east)
	neverTwoWriters(t, east, west)
}

func TestMigrateSwitches(t *testing.T) {
	east, west := pair(t)
	east.set(map[string]any{"migrateHang": true})
	done := make(chan int, 1)
	eventually(t, "drained", east.upToDate)
	go func() { code, _ := east.vradmin("-s", "migrate", rvgName); done <- code }()
	eventually(t, "command runs", func() bool { return east.detail()["busy"] == "migrate" })
	if east.role() != "primary" {
		t.Fatal("roles changed by a hanging migrate")
	}
	if r := east.must("-l", "printrvg", rvgName); !strings.Contains(r, "RvgState: enabled for I/O (migrate in progress)") {
		t.Fatal(r)
	}
	if code, out := east.vradmin("-s", "migrate", rvgName); code == 0 || !strings.Contains(out, "in progress") {
		t.Fatalf("second migrate: exit %d: %s", code, out)
	}
	east.set(map[string]any{"migrateHang": false, "migrateExitNonZeroThoughDone": true})
	if code := <-done; code == 0 || west.role() != "primary" {
		t.Fatalf("exit %d though done, role %s", code, west.role())
	}
	west.set(map[string]any{"migrateOutliveClient": true, "migrateMs": 300})
	eventually(t, "drained", west.upToDate)
	if r := west.must("-l", "printrvg", rvgName); strings.Contains(r, "in progress") {
		t.Fatal(r)
	}
	begun := time.Now()
	if code, out := west.vradmin("-s", "migrate", rvgName); code != 255 || out != "" || time.Since(begun) > 250*time.Millisecond {
		t.Fatalf("client outlived: exit %d %q", code, out)
	}
	eventually(t, "daemon finished the migrate", func() bool { return east.role() == "primary" })
	eventually(t, "both sides agree", func() bool { return west.role() == "secondary" && west.detail()["busy"] == "" })
	neverTwoWriters(t, east, west)
}
