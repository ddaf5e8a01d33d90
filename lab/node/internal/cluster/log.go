package cluster

import (
	"fmt"
	"io"
	"log/slog"
	"os"

	"k8s.io/klog/v2"
)

// Logger writes text lines to a file, or to standard error when path is empty.
func Logger(path string) (*slog.Logger, error) {
	var out io.Writer = os.Stderr
	if path != "" {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
		if err != nil {
			return nil, fmt.Errorf("log file: %w", err)
		}
		out = file
	}
	log := slog.New(slog.NewTextHandler(out, nil))
	// The Kubernetes libraries log through klog; keep all in one place.
	klog.SetSlogLogger(log)
	return log, nil
}

// List is a flag that may be given several times.
type List []string

func (l *List) String() string { return fmt.Sprint([]string(*l)) }

// Set adds one value.
func (l *List) Set(value string) error {
	*l = append(*l, value)
	return nil
}
