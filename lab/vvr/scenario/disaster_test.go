package scenario

import (
	"strings"
	"testing"
)

func (s *site) cutFrom(o *site, cut bool) { s.in.set(cut); o.in.set(cut) }

func TestOverflowOfTheSRLGoesToTheDCMAndResyncEndsIt(t *testing.T) {
	east, west := pair(t, func(_ string, rvg map[string]any) { rvg["srlSizeBytes"] = 100000 })
	west.cutFrom(east, true)
	eventually(t, "cut is seen", func() bool { return strings.Contains(east.report(), "paused due to network disconnection") })
	east.write("orders-ledger-vol", "log", strings.Repeat("x", 60000))
	eventually(t, "SRL fills", func() bool { return strings.Contains(east.report(), "SRL (59 Kbytes behind, 60 % full)") })
	east.write("orders-index-vol", "table", strings.Repeat("y", 60000))
	eventually(t, "DCM is active", func() bool { return strings.Contains(east.report(), "DCM (contains ") })
	west.cutFrom(east, false)
	eventually(t, "needs resync", func() bool {
		r := east.report()
		return strings.Contains(r, "needs dcm resynchronization") && !strings.Contains(r, "Config Errors")
	})
	if code, out := east.vradmin("-s", "migrate", rvgName); code == 0 || !strings.Contains(out, "DCM is active") {
		t.Fatalf("migrate with DCM: exit %d: %s", code, out)
	}
	if west.read("orders-ledger-vol", "log") != "" {
		t.Fatal("replication went on although the DCM is in use")
	}
	east.set(map[string]any{"bandwidthBytesPerSec": 100000})
	east.must("resync", rvgName)
	eventually(t, "inconsistent while it runs", func() bool {
		return west.detail()["consistent"] == false && strings.Contains(east.report(), "resync in progress (dcm resynchronization)")
	})
	if r := east.report(); !strings.Contains(r, "Data status:                inconsistent") {
		t.Fatal(r)
	}
	east.set(map[string]any{"bandwidthBytesPerSec": 0})
	eventually(t, "resync ends", east.upToDate)
	if west.read("orders-index-vol", "table") != strings.Repeat("y", 60000) || west.detail()["consistent"] != true {
		t.Fatal("copies differ")
	}
}

func TestOverflowWithOverrideDetachesTheLinkUntilAutosync(t *testing.T) {
	east, west := pair(t, func(_ string, rvg map[string]any) { rvg["srlSizeBytes"], rvg["protection"] = 1000, "override" })
	west.cutFrom(east, true)
	eventually(t, "cut is seen", func() bool { return strings.Contains(east.report(), "paused due to network disconnection") })
	east.write("orders-ledger-vol", "log", strings.Repeat("x", 60000))
	eventually(t, "stale", func() bool { return strings.Contains(east.report(), "consistent, stale") })
	west.cutFrom(east, false)
	eventually(t, "link is back", func() bool { return !strings.Contains(east.report(), "Config Errors") })
	east.must("-a", "startrep", rvgName)
	eventually(t, "autosync ends", east.upToDate)
	if west.read("orders-ledger-vol", "log") == "" {
		t.Fatal("nothing copied")
	}
}

func TestTakeoverActingSecondaryAndFastFailback(t *testing.T) {
	east, west := pair(t)
	east.write("orders-ledger-vol", "log", "shipped")
	eventually(t, "drained", east.upToDate)
	if code, out := west.vradmin("takeover", rvgName); code == 0 || !strings.Contains(out, "reachable") {
		t.Fatalf("takeover of a living Primary: exit %d: %s", code, out)
	}
	if code, _ := east.vradmin("takeover", rvgName); code == 0 {
		t.Fatal("takeover on the Primary")
	}
	west.cutFrom(east, true)
	eventually(t, "cut is seen", func() bool { return strings.Contains(west.report(), "stale information") })
	east.write("orders-ledger-vol", "log", "never shipped")
	p := process(t, "hold-fd", "LEDGER="+east.dir("orders-ledger-vol"))
	west.must("takeover", rvgName)
	west.write("orders-ledger-vol", "log", "written after the takeover")
	if east.role() != "primary" || west.role() != "primary" {
		t.Fatal("a cut-off Primary cannot know yet")
	}
	if r := west.report(); !strings.Contains(r, "needs failback synchronization") {
		t.Fatal(r)
	}
	west.cutFrom(east, false)
	eventually(t, "old Primary is acting secondary", func() bool { return east.role() == "acting-secondary" })
	eventually(t, "and has said so", func() bool {
		lines := east.writability()
		last := lines[len(lines)-1]
		return !last.Writable && last.Cause == "taken-over"
	})
	end(p)
	eventually(t, "new Primary sees it", func() bool {
		return strings.Contains(west.report(), "failback logging") && !strings.Contains(west.report(), "Errors")
	})
	west.must("-wait", "fbsync", rvgName)
	eventually(t, "failback is done", func() bool { return west.upToDate() && east.role() == "secondary" })
	if east.read("orders-ledger-vol", "log") != "written after the takeover" {
		t.Fatal("old Primary has other data")
	}
	migrate(t, west)
	if east.role() != "primary" {
		t.Fatal("roles")
	}
}

func TestTakeoverWithoutFailbackNeedsMakesec(t *testing.T) {
	east, west := pair(t)
	west.cutFrom(east, true)
	eventually(t, "cut is seen", func() bool { return strings.Contains(west.report(), "stale information") })
	west.must("-N", "takeover", rvgName)
	west.write("orders-ledger-vol", "log", "new")
	west.cutFrom(east, false)
	eventually(t, "two Primaries are reported", func() bool {
		return strings.Contains(west.report(), "Primary-Primary configuration") && strings.Contains(east.report(), "Primary-Primary configuration")
	})
	east.must("makesec", rvgName, west.host())
	west.must("-a", "startrep", rvgName)
	eventually(t, "replication runs", west.upToDate)
	if east.read("orders-ledger-vol", "log") != "new" {
		t.Fatal("copies differ")
	}
}

func TestAutoFailbackNeedsNoCommand(t *testing.T) {
	east, west := pair(t)
	west.cutFrom(east, true)
	eventually(t, "cut is seen", func() bool { return strings.Contains(west.report(), "stale information") })
	west.must("-autofb", "takeover", rvgName)
	west.write("orders-ledger-vol", "log", "new")
	west.cutFrom(east, false)
	eventually(t, "synchronised", func() bool { return west.upToDate() && east.read("orders-ledger-vol", "log") == "new" })
}

func TestPauseResumeStopAndStart(t *testing.T) {
	east, west := pair(t)
	west.must("pauserep", rvgName) // from the Secondary as well
	east.write("orders-ledger-vol", "log", "1")
	if r := east.report(); !strings.Contains(r, "paused by user") || !strings.Contains(r, "consistent, behind") {
		t.Fatal(r)
	}
	east.must("resumerep", rvgName)
	eventually(t, "drained", east.upToDate)
	east.must("-s", "stoprep", rvgName)
	if r := east.report(); !strings.Contains(r, "consistent, stale") {
		t.Fatal(r)
	}
	east.write("orders-ledger-vol", "log", "2")
	if code, _ := east.vradmin("-s", "migrate", rvgName); code == 0 {
		t.Fatal("migrate with a detached RLINK")
	}
	east.must("-c", "ckpt", "startrep", rvgName)
	eventually(t, "drained", east.upToDate)
	if west.read("orders-ledger-vol", "log") != "2" {
		t.Fatal("copies differ")
	}
}

func TestForcedSecondPrimaryShowsInLogAndReport(t *testing.T) {
	east, west := pair(t)
	west.set(map[string]any{"forceRole": map[string]any{"rvg": rvgName, "role": "primary"}})
	eventually(t, "reported", func() bool { return strings.Contains(east.report(), "Primary-Primary configuration") })
	lines := west.writability()
	if last := lines[len(lines)-1]; !last.Writable || last.Cause != "forced" {
		t.Fatal(lines)
	}
	for _, s := range []*site{east, west} {
		if a := s.ask(map[string]any{"op": "attach", "volume": "orders-ledger-vol"}); a["ok"] != true {
			t.Fatal(a)
		}
	}
	if a := west.ask(map[string]any{"op": "sim", "set": map[string]any{"migrateHnag": true}}); a["ok"] != false {
		t.Fatal("a misspelt switch was accepted")
	}
}
