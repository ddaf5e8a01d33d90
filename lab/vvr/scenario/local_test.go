package scenario

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestAwaitAttachAnswersTheMomentTheVolumeIsWritable(t *testing.T) {
	east, west := pair(t)
	begun := time.Now()
	if a := west.ask(map[string]any{"op": "await-attach", "volume": "orders-ledger-vol", "timeoutMs": 100}); a["ok"] != false || time.Since(begun) < 100*time.Millisecond {
		t.Fatal(a)
	}
	got := make(chan map[string]any, 1)
	go func() {
		got <- west.ask(map[string]any{"op": "await-attach", "volume": "orders-ledger-vol", "timeoutMs": 8000})
	}()
	migrate(t, east)
	select {
	case a := <-got:
		if a["ok"] != true {
			t.Fatal(a)
		}
	case <-time.After(time.Second):
		t.Fatal("await-attach sleeps on")
	}
}

func TestPlainVolumesComeAndGoAndDeleteLosesData(t *testing.T) {
	east, _ := pair(t)
	a := east.ask(map[string]any{"op": "create-plain", "volume": "pvc-1", "sizeBytes": 1024})
	if a["ok"] != true {
		t.Fatal(a)
	}
	if b := east.ask(map[string]any{"op": "attach", "volume": "pvc-1"}); b["path"] != a["path"] || b["writable"] != true {
		t.Fatal(b)
	}
	east.ask(map[string]any{"op": "delete-plain", "volume": "pvc-1"})
	if _, err := os.Stat(a["path"].(string)); !os.IsNotExist(err) {
		t.Fatal("still there")
	}
	if b := east.ask(map[string]any{"op": "create-plain", "volume": "../x", "sizeBytes": 1}); b["ok"] != false {
		t.Fatal(b)
	}
	east.write("orders-ledger-vol", "log", "x")
	dir := east.dir("orders-ledger-vol")
	if b := east.ask(map[string]any{"op": "delete-plain", "volume": "orders-ledger-vol"}); b["ok"] != true {
		t.Fatal(b)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Fatal("data survived")
	}
	eventually(t, "mismatch is reported", func() bool { return strings.Contains(east.report(), "do not match") })
}

func TestRVGsComeAtRunTime(t *testing.T) {
	east, west := pair(t)
	spec := func(role string) map[string]any {
		return map[string]any{"name": "extra_rvg", "role": role, "secondaries": []string{"west"},
			"volumes": []any{map[string]any{"name": "extra-vol", "sizeBytes": 1048576, "dcm": true}}}
	}
	for s, role := range map[*site]string{east: "primary", west: "secondary"} {
		if a := s.ask(map[string]any{"op": "sim", "addRvg": spec(role)}); a["ok"] != true {
			t.Fatal(a)
		}
	}
	eventually(t, "replicates", func() bool {
		_, out := east.vradmin("-l", "repstatus", "extra_rvg")
		return strings.Contains(out, "consistent, up-to-date")
	})
	if a := east.ask(map[string]any{"op": "sim", "removeRvg": "extra_rvg"}); a["ok"] != true {
		t.Fatal(a)
	}
}

// The layout is what parsers of vradmin's output are written against.
func TestReportsHaveTheDocumentedLayout(t *testing.T) {
	east, west := pair(t)
	want := `Replicated Data Set: orders_rvg
Primary:
  Host name:                  east-vvr.example.test
  RVG name:                   orders_rvg
  DG name:                    vrts_kube_dg-east
  RVG state:                  enabled for I/O
  Data volumes:               2
  VSets:                      0
  SRL name:                   orders_srl
  SRL size:                   128.00 M
  Total secondaries:          1

Secondary:
  Host name:                  west-vvr.example.test
  RVG name:                   orders_rvg
  DG name:                    vrts_kube_dg-west
  Rlink from Primary:         rlk_west-vvr.example.test_orders_rvg
  Rlink to Primary:           rlk_east-vvr.example.test_orders_rvg
  Configured mode:            asynchronous
  Latency protection:         off
  SRL protection:             autodcm
  Data status:                consistent, up-to-date
  Replication status:         replicating (connected)
  Current mode:               asynchronous
  Logging to:                 SRL
  Timestamp Information:      behind by  0h 0m 0s
  Bandwidth Limit:            N/A
  Compression Mode:           Off
`
	if got := east.report(); got != want {
		t.Fatalf("got:\n%s\nwant:\n%s", got, want)
	}
	eventually(t, "the Secondary shows the same", func() bool { return west.report() == want })
	if out := east.must("printrvg"); out != `Replicated Data Set: orders_rvg
Primary:
  HostName: east-vvr.example.test <localhost>
  RvgName: orders_rvg
  DgName: vrts_kube_dg-east
Secondary:
  HostName: west-vvr.example.test
  RvgName: orders_rvg
  DgName: vrts_kube_dg-west
` {
		t.Fatal(out)
	}
	out := east.must("-g", "vrts_kube_dg-east", "printvol", rvgName)
	for _, row := range []string{"TY PRIMARY SECONDARY", "dg vrts_kube_dg-east vrts_kube_dg-west", "v orders-ledger-vol orders-ledger-vol", "sz 131072 131072", "fl DCM DCM"} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), row) {
			t.Fatalf("no row %q in\n%s", row, out)
		}
	}
	begun := time.Now()
	for i := 0; i < 20; i++ {
		east.must("-l", "repstatus", rvgName)
	}
	if each := time.Since(begun) / 20; each > 40*time.Millisecond {
		t.Fatalf("a read takes %v with its process", each)
	}
}

func TestFrozenViewDoesNotRefresh(t *testing.T) {
	east, _ := pair(t)
	east.set(map[string]any{"freezeView": true})
	before := east.report()
	east.must("pauserep", rvgName)
	if east.report() != before {
		t.Fatal("the view moved")
	}
	east.set(map[string]any{"freezeView": false})
	if !strings.Contains(east.report(), "paused by user") {
		t.Fatal("the view stays frozen")
	}
}
