package sandbox

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"changeover.test/lab/node/internal/sandbox/child"
)

func box(t *testing.T, script string) (child.Spec, string, string) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("mount namespaces need root")
	}
	folder := t.TempDir()
	root, shared := filepath.Join(folder, "root"), filepath.Join(folder, "shared")
	for _, made := range []string{root, shared} {
		if err := os.Mkdir(made, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mounts := Layout(nil, []child.Mount{{Source: shared, Target: "/etc/deep/shared"}})
	spec := child.Spec{Root: root, Hostname: "box", Mounts: mounts, Args: []string{"sh", "-c", script}, Env: []string{"PATH=/usr/bin:/bin"}}
	return spec, shared, filepath.Join(folder, "main"+RecordSuffix)
}

func start(t *testing.T, spec child.Spec, record string) *Process {
	t.Helper()
	process, err := Start(spec, Streams{}, record)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(process.KillAll)
	return process
}

// pidIn waits until the container has written a process id into a shared file.
func pidIn(t *testing.T, file string) int {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if raw, err := os.ReadFile(file); err == nil && strings.HasSuffix(string(raw), "\n") {
			pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	t.Fatalf("%s was not written", file)
	return 0
}

func alive(pid int) bool {
	stat, err := ReadStat(pid)
	return err == nil && stat.State != 'Z' && stat.State != 'X'
}

func TestAContainerSeesItsVolumesAndItsExitCodeIsKept(t *testing.T) {
	spec, shared, record := box(t, "hostname > /etc/deep/shared/name; touch /usr/x 2>/dev/null && exit 9; exit 3")
	process := start(t, spec, record)
	if exit := process.Exit(); exit.Code != 3 {
		t.Errorf("exit code %d, want 3", exit.Code)
	}
	if name, err := os.ReadFile(filepath.Join(shared, "name")); err != nil || string(name) != "box\n" {
		t.Errorf("the volume holds %q, error %v", name, err)
	}
	if _, err := os.Stat("/etc/deep"); err == nil {
		t.Error("the mount point leaked to the host")
	}
}

func TestACommandThatDoesNotExistIsAnErrorOfTheStart(t *testing.T) {
	spec, _, record := box(t, "")
	spec.Args = []string{"no-such-program"}
	if _, err := Start(spec, Streams{}, record); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Fatalf("error %v", err)
	}
	if _, err := os.Stat(record); err == nil {
		t.Error("a record of a process that never ran is left")
	}
}

func TestKillAllEndsTheSessionButNotADaemonThatLeftIt(t *testing.T) {
	spec, shared, record := box(t, "sleep 1000 & echo $! > /etc/deep/shared/child; setsid sh -c 'echo $$ > /etc/deep/shared/daemon; exec sleep 1000' & wait")
	process := start(t, spec, record)
	daemon := pidIn(t, filepath.Join(shared, "daemon"))
	t.Cleanup(func() { _ = syscall.Kill(daemon, syscall.SIGKILL) })
	of := pidIn(t, filepath.Join(shared, "child"))
	process.KillAll()
	if alive(of) || alive(process.Pid) {
		t.Error("a process of the session is alive")
	}
	if !alive(daemon) {
		t.Error("the daemon was chased")
	}
	if exit := process.Exit(); exit.Code != 137 || exit.Signal != 9 {
		t.Errorf("exit %+v", exit)
	}
}

func TestAnExecRunsInsideAndPassesItsExitCode(t *testing.T) {
	spec, shared, record := box(t, "sleep 1000")
	process := start(t, spec, record)
	inside := child.Spec{Args: []string{"sh", "-c", "echo here > /etc/deep/shared/exec; exit 7"}, Env: spec.Env}
	entered, err := Enter(process, inside, Streams{}, record+".exec")
	if err != nil {
		t.Fatal(err)
	}
	if exit := entered.Exit(); exit.Code != 7 {
		t.Errorf("exit code %d, want 7", exit.Code)
	}
	if _, err := os.Stat(filepath.Join(shared, "exec")); err != nil {
		t.Error(err)
	}
}

func TestLeftoversAreKilledByTheirRecordUnlessTheNumberNamesAnother(t *testing.T) {
	spec, _, record := box(t, "sleep 1000")
	process := start(t, spec, record)
	raw, err := os.ReadFile(record)
	if err != nil {
		t.Fatal(err)
	}
	stranger := strings.Replace(string(raw), `"startTime":`, `"startTime":1`, 1)
	if err := os.WriteFile(record, []byte(stranger), 0o600); err != nil {
		t.Fatal(err)
	}
	if killed, err := KillLeftovers(filepath.Dir(record)); killed != 0 || err != nil || process.Ended() {
		t.Fatalf("killed %d, error %v: another process's number was taken for ours", killed, err)
	}
	if err := os.WriteFile(record, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if killed, err := KillLeftovers(filepath.Dir(record)); killed != 1 || err != nil || alive(process.Pid) {
		t.Fatalf("killed %d, error %v", killed, err)
	}
}
