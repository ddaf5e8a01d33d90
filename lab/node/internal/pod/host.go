// Package pod runs pods: one worker a pod takes it from "bound to this node" to "gone".
package pod

import (
	"log/slog"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/record"

	"changeover.test/lab/node/internal/volumes"
)

// Host is what all pods of a node share.
type Host struct {
	Client   kubernetes.Interface
	Node     string
	HostIP   string
	StateDir string
	// Expose lists folders every container sees read-only at their own path; ExposeInfoScale those
	// that only the volume replicator's own pods see.
	Expose, ExposeInfoScale []string
	APIHost, APIPort        string
	Addresses               *Addresses
	Claims                  *volumes.Claims
	Events                  record.EventRecorder
	Log                     *slog.Logger
}

const infoScaleLabel, infoScaleName = "app.kubernetes.io/name", "infoscale-sds"

func (h *Host) exposed(pod *v1.Pod) []string {
	exposed := append([]string{}, h.Expose...)
	if pod.Labels[infoScaleLabel] == infoScaleName {
		exposed = append(exposed, h.ExposeInfoScale...)
	}
	return exposed
}

// backOff doubles a pause from first to last.
type backOff struct{ first, last, now time.Duration }

func (b *backOff) next() time.Duration {
	if b.now == 0 {
		b.now = b.first
		return b.now
	}
	b.now = min(b.now*2, b.last)
	return b.now
}

func (b *backOff) reset() { b.now = 0 }

// apiBackOff is for requests that failed and for objects that do not exist yet.
func apiBackOff() *backOff { return &backOff{first: 50 * time.Millisecond, last: 2 * time.Second} }
