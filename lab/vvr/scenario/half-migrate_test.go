package scenario

import (
	"strings"
	"testing"
)

func TestHalfMigrateLeavesNeitherAndCanBeEndedBothWays(t *testing.T) {
	east, west := pair(t)
	half := func() {
		t.Helper()
		eventually(t, "drained", east.upToDate)
		east.set(map[string]any{"migrateStopHalf": true})
		if code, _ := east.vradmin("-s", "migrate", rvgName); code == 0 {
			t.Fatal("half a migrate succeeded")
		}
		east.set(map[string]any{"migrateStopHalf": false})
		if east.role() != "secondary" || west.role() != "secondary" {
			t.Fatal("not neither")
		}
		eventually(t, "report says so", func() bool { return strings.Contains(west.report(), "no Primary") })
	}
	half()
	east.must("-s", "migrate", rvgName, east.host())
	if east.role() != "primary" {
		t.Fatal("not rolled back")
	}
	half()
	west.must("-s", "migrate", rvgName, west.host())
	if west.role() != "primary" || east.role() != "secondary" {
		t.Fatal("not carried on")
	}
	eventually(t, "replication runs", west.upToDate)
	neverTwoWriters(t, east, west)
}

func TestDaemonKilledInTheMiddleOfAMigrateSettlesIt(t *testing.T) {
	east, west := pair(t)
	east.write("orders-ledger-vol", "log", "one")
	for _, phase := range []string{"prepared", "demoted"} {
		eventually(t, "drained", east.upToDate)
		east.set(map[string]any{"migrateCrashAt": phase})
		if code, out := east.vradmin("-s", "migrate", rvgName); code != 255 {
			t.Fatalf("a crashed daemon answered: exit %d: %s", code, out)
		}
		_, _ = east.cmd.Process.Wait()
		east.start()
		eventually(t, "rolled back after a crash at "+phase, func() bool {
			return east.role() == "primary" && east.detail()["transition"] == nil && west.detail()["transition"] == nil
		})
		if east.read("orders-ledger-vol", "log") != "one" {
			t.Fatal("data lost")
		}
	}
	migrate(t, east)
	// Both daemons killed: roles survive.
	west.kill9()
	east.kill9()
	east.start()
	west.start()
	eventually(t, "replication runs again", west.upToDate)
	if west.role() != "primary" || east.role() != "secondary" {
		t.Fatal("roles forgotten")
	}
	neverTwoWriters(t, east, west)
}

func TestThirdSiteFollowsTheNewPrimary(t *testing.T) {
	all := sites(t, []string{"east", "west", "north"})
	east, west, north := all[0], all[1], all[2]
	east.write("orders-ledger-vol", "log", "one")
	eventually(t, "drained", east.upToDate)
	if code, out := east.vradmin("-s", "migrate", rvgName); code == 0 || !strings.Contains(out, "name the Secondary") {
		t.Fatalf("two Secondaries, no name: exit %d: %s", code, out)
	}
	east.must("-s", "migrate", rvgName, west.host())
	eventually(t, "both follow", func() bool { return west.upToDate() && strings.Contains(west.report(), north.host()) })
	west.write("orders-ledger-vol", "log", "two")
	eventually(t, "drained", west.upToDate)
	if north.read("orders-ledger-vol", "log") != "two" || east.read("orders-ledger-vol", "log") != "two" {
		t.Fatal("copies differ")
	}
	neverTwoWriters(t, all...)
}

func TestFromNeitherOneSiteTakesOverAndTheOtherFollows(t *testing.T) {
	for _, chosen := range []string{"east", "west"} {
		east, west := pair(t)
		east.write("orders-ledger-vol", "log", "one")
		eventually(t, "drained", east.upToDate)
		east.set(map[string]any{"migrateStopHalf": true})
		_, _ = east.vradmin("-s", "migrate", rvgName)
		eventually(t, "neither", func() bool { return strings.Contains(west.report(), "no Primary") })
		now, other := east, west
		if chosen == "west" {
			now, other = west, east
		}
		now.must("takeover", rvgName)
		eventually(t, "nothing is half-done any more", func() bool {
			return other.detail()["transition"] == nil && other.detail()["primary"] == chosen
		})
		if now.role() != "primary" || other.role() != "secondary" {
			t.Fatal("roles")
		}
		now.must("fbsync", rvgName)
		eventually(t, "replication runs", now.upToDate)
		now.write("orders-ledger-vol", "log", "two")
		eventually(t, "the other follows", func() bool { return other.read("orders-ledger-vol", "log") == "two" })
		neverTwoWriters(t, east, west)
	}
}

func TestOfTwoPrimariesEitherMayGiveUpAndLosesWhatOnlyItHas(t *testing.T) {
	for _, given := range []string{"east", "west"} {
		east, west := pair(t)
		east.write("orders-ledger-vol", "log", "both have it")
		eventually(t, "drained", east.upToDate)
		west.set(map[string]any{"forceRole": map[string]any{"rvg": rvgName, "role": "primary"}})
		loses, stays := east, west
		if given == "west" {
			loses, stays = west, east
		}
		eventually(t, "both hear of it", func() bool {
			return strings.Contains(east.report(), "Primary-Primary") && strings.Contains(west.report(), "Primary-Primary")
		})
		loses.write("orders-index-vol", "only here", strings.Repeat("x", 5000))
		eventually(t, "says how much only it has", func() bool { return strings.Contains(loses.report(), "SRL (5 Kbytes behind") })
		if code, out := loses.vradmin("makesec", rvgName, stays.host()); code == 0 || !strings.Contains(out, "not up-to-date") {
			t.Fatalf("what only it has was given up without -f: exit %d: %s", code, out)
		}
		p := process(t, "hold-fd", "LEDGER="+loses.dir("orders-ledger-vol"))
		if code, out := loses.vradmin("-f", "makesec", rvgName, stays.host()); code == 0 || !strings.Contains(out, "open") {
			t.Fatalf("given up while a volume is open: exit %d: %s", code, out)
		}
		end(p)
		loses.must("-f", "makesec", rvgName, stays.host())
		eventually(t, "replication runs", func() bool { return stays.upToDate() && strings.Contains(stays.report(), "replicating (connected)") })
		if loses.role() != "secondary" || loses.read("orders-index-vol", "only here") != "" || loses.read("orders-ledger-vol", "log") != "both have it" {
			t.Fatal("not what the other has")
		}
	}
}
