// Package scenario runs real vvrd processes against each other.
package scenario

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var binaries string

func TestMain(m *testing.M) {
	if mode := os.Getenv("SCENARIO_HELPER"); mode != "" {
		helper(mode)
		return
	}
	dir, err := os.MkdirTemp("", "vvr-bin")
	if err == nil {
		build := exec.Command("go", "build", "-o", dir+"/", "../cmd/...")
		build.Stderr = os.Stderr
		err = build.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binaries = dir
	if other := os.Getenv("VVR_BINARIES"); other != "" { // e.g. built with the race detector
		binaries = other
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// site is one vvrd with its folders; in is the link into it.
type site struct {
	t           *testing.T
	name, home  string
	listen      string
	in          *link
	cmd         *exec.Cmd
	volumeNames []string
}

const rvgName = "orders_rvg"

// pair starts east (Primary) and west (Secondary) and waits for the link.
func pair(t *testing.T, change ...func(site string, rvg map[string]any)) (east, west *site) {
	sites := sites(t, []string{"east", "west"}, change...)
	return sites[0], sites[1]
}

func sites(t *testing.T, names []string, change ...func(string, map[string]any)) []*site {
	t.Helper()
	var all []*site
	for _, n := range names {
		s := &site{t: t, name: n, home: t.TempDir(), listen: freeAddress(t)}
		s.in = newLink(t, s.listen)
		all = append(all, s)
	}
	for _, s := range all {
		s.configure(all, change)
		s.start()
	}
	for _, s := range all[1:] {
		eventually(t, "replication to "+s.name, func() bool {
			return strings.Contains(s.report(), "replicating (connected)") && all[0].upToDate()
		})
	}
	return all
}

func (s *site) configure(all []*site, change []func(string, map[string]any)) {
	volume := func(n string) map[string]any { return map[string]any{"name": n, "sizeBytes": 67108864, "dcm": true} }
	rvg := map[string]any{"name": rvgName, "srl": "orders_srl", "srlSizeBytes": 134217728, "role": "secondary",
		"volumes":    []any{volume("orders-ledger-vol"), volume("orders-index-vol")},
		"protection": "autodcm", "latency": "off", "mode": "asynchronous", "secondaries": []string{}}
	peers, seconds := []any{}, []string{}
	for _, o := range all {
		if o != s {
			peers = append(peers, map[string]any{"site": o.name, "host": o.host(), "diskGroup": o.dg(), "dial": o.in.address})
			seconds = append(seconds, o.name)
		}
	}
	if s == all[0] {
		rvg["role"], rvg["secondaries"] = "primary", seconds
	}
	for _, c := range change {
		c(s.name, rvg)
	}
	raw, _ := json.Marshal(map[string]any{"site": s.name, "host": s.host(), "diskGroup": s.dg(),
		"logOwner": s.name + "-1", "peers": peers, "rvgs": []any{rvg}})
	check(s.t, os.WriteFile(s.home+"/config.json", raw, 0o600))
}

func (s *site) host() string { return s.name + "-vvr.example.test" }
func (s *site) dg() string   { return "vrts_kube_dg-" + s.name }

func (s *site) start() {
	s.t.Helper()
	s.cmd = exec.Command(binaries+"/vvrd", "--site", s.name, "--state-dir", s.home+"/vvr", "--volumes-dir", s.home+"/volumes",
		"--listen", s.listen, "--config", s.home+"/config.json")
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	check(s.t, err)
	check(s.t, s.cmd.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.Contains(line, "ready") {
		s.t.Fatalf("vvrd %s did not start: %q %v", s.name, line, err)
	}
	cmd := s.cmd
	s.t.Cleanup(func() {
		if s.t.Failed() && s.cmd == cmd {
			s.t.Logf("%s at the end: %v\n%s", s.name, s.detail(), s.report())
		}
		_ = cmd.Process.Kill()
		_, _ = cmd.Process.Wait()
	})
}

func (s *site) kill9() {
	_ = s.cmd.Process.Kill()
	_, _ = s.cmd.Process.Wait()
}

// ask sends one line to the local socket and decodes the answer.
func (s *site) ask(q map[string]any) map[string]any {
	s.t.Helper()
	c, err := net.Dial("unix", s.home+"/vvr/vvrd.sock")
	check(s.t, err)
	defer c.Close()
	check(s.t, json.NewEncoder(c).Encode(q))
	var a map[string]any
	check(s.t, json.NewDecoder(c).Decode(&a))
	return a
}

func (s *site) set(switches map[string]any) {
	s.t.Helper()
	if a := s.ask(map[string]any{"op": "sim", "set": switches}); a["ok"] != true {
		s.t.Fatalf("sim set: %v", a)
	}
}

func (s *site) detail() map[string]any {
	return s.ask(map[string]any{"op": "sim", "get": true})["rvgs"].(map[string]any)[rvgName].(map[string]any)
}

func (s *site) role() string { return s.detail()["role"].(string) }

// vradmin runs the real client as the log owner.
func (s *site) vradmin(args ...string) (code int, out string) {
	return s.vradminOn(s.name+"-1", args...)
}

func (s *site) vradminOn(node string, args ...string) (int, string) {
	cmd := exec.Command(binaries+"/vradmin", args...)
	cmd.Env = []string{"VVRD_SOCKET=" + s.home + "/vvr/vvrd.sock", "NODE_NAME=" + node}
	raw, _ := cmd.CombinedOutput()
	return cmd.ProcessState.ExitCode(), string(raw)
}

func (s *site) must(args ...string) string {
	s.t.Helper()
	code, out := s.vradmin(args...)
	if code != 0 {
		s.t.Fatalf("%s: vradmin %v: exit %d: %s", s.name, args, code, out)
	}
	return out
}

func (s *site) report() string {
	_, out := s.vradmin("-g", s.dg(), "-l", "repstatus", rvgName)
	return out
}

func (s *site) upToDate() bool {
	r := s.report()
	n := strings.Count(r, "Secondary:")
	return n > 0 && strings.Count(r, "consistent, up-to-date") == n
}

// dir is the volume's directory in the current generation.
func (s *site) dir(volume string) string {
	real, err := filepath.EvalSymlinks(s.home + "/volumes/rvg/" + rvgName + "/current")
	if err != nil {
		return ""
	}
	return filepath.Join(real, volume)
}

func (s *site) write(volume, file, content string) {
	s.t.Helper()
	check(s.t, os.WriteFile(filepath.Join(s.dir(volume), file), []byte(content), 0o644))
}

func (s *site) read(volume, file string) string {
	raw, _ := os.ReadFile(filepath.Join(s.dir(volume), file))
	return string(raw)
}

// eventually waits for a truth with a deadline; what the sites report is shown
// when it does not come.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(8 * time.Second)
	for tick := time.NewTicker(10 * time.Millisecond); ; <-tick.C {
		if ok() {
			tick.Stop()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("did not come true: %s", what)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer l.Close()
	return l.Addr().String()
}
