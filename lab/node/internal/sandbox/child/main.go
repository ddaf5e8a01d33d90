package child

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

func init() {
	if len(os.Args) == 0 {
		return
	}
	switch os.Args[0] {
	case InitName:
		become(buildRoot)
	case EnterName:
		become(enterRoot)
	}
}

// become reads the spec, prepares the root and turns this process into the command. It never
// returns: an error is written to ErrorFD, where the kubelet reads it.
func become(prepare func(Spec) error) {
	syscall.CloseOnExec(ErrorFD)
	report := os.NewFile(ErrorFD, "error")
	err := readAndExec(prepare)
	text := err.Error()
	if len(text) > maxError {
		text = text[:maxError]
	}
	_, _ = report.WriteString(text)
	os.Exit(128)
}

func readAndExec(prepare func(Spec) error) error {
	pipe := os.NewFile(SpecFD, "spec")
	raw, err := io.ReadAll(pipe)
	_ = pipe.Close()
	if err != nil {
		return fmt.Errorf("read container spec: %w", err)
	}
	// The kubelet records our process id before it sends the spec. Nothing sent means that it died
	// in between: then nobody knows this process, so it must not live.
	if len(raw) == 0 {
		return errors.New("the kubelet went away before it sent the container's spec")
	}
	var spec Spec
	if err := json.Unmarshal(raw, &spec); err != nil {
		return fmt.Errorf("read container spec: %w", err)
	}
	if err := prepare(spec); err != nil {
		return err
	}
	return execCommand(spec)
}

func execCommand(spec Spec) error {
	dir := spec.Dir
	if dir == "" {
		dir = "/"
	}
	// A runtime makes a missing working directory, as root, before it gives up its rights.
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("working directory: %w", err)
	}
	if err := changeUser(spec); err != nil {
		return err
	}
	if err := os.Chdir(dir); err != nil {
		return fmt.Errorf("working directory: %w", err)
	}
	for _, pair := range spec.Env {
		if path, found := strings.CutPrefix(pair, "PATH="); found {
			_ = os.Setenv("PATH", path)
		}
	}
	program, err := exec.LookPath(spec.Args[0])
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return fmt.Errorf("exec: %q: %w", spec.Args[0], cause(err))
	}
	err = syscall.Exec(program, spec.Args, spec.Env)
	return fmt.Errorf("exec: %q: %w", spec.Args[0], err)
}

func cause(err error) error {
	var lookup *exec.Error
	if errors.As(err, &lookup) {
		if errors.Is(lookup.Err, fs.ErrNotExist) {
			return fs.ErrNotExist
		}
		return lookup.Err
	}
	return err
}

func changeUser(spec Spec) error {
	if spec.GID != nil {
		if err := unix.Setgroups([]int{int(*spec.GID)}); err != nil {
			return fmt.Errorf("set groups: %w", err)
		}
		if err := syscall.Setresgid(int(*spec.GID), int(*spec.GID), int(*spec.GID)); err != nil {
			return fmt.Errorf("set group %d: %w", *spec.GID, err)
		}
	}
	if spec.UID != nil {
		if err := syscall.Setresuid(int(*spec.UID), int(*spec.UID), int(*spec.UID)); err != nil {
			return fmt.Errorf("set user %d: %w", *spec.UID, err)
		}
	}
	return nil
}
