package pod

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"changeover.test/lab/node/internal/volumes"
)

// minimumGrace is what processes get even when a pod is deleted with less, or its object is simply
// gone (kubernetes pkg/kubelet/kuberuntime, minimumGracePeriodInSeconds, v1.35).
const minimumGrace = 2 * time.Second

// Worker runs one pod.
type Worker struct {
	host  *Host
	uid   types.UID
	label string // namespace/name, for logs
	dir   string
	maker *volumes.Maker

	mu        sync.Mutex
	pod       *v1.Pod // newest object seen
	ip        string
	startTime metav1.Time
	init      []*container
	main      []*container
	sandbox   bool // volumes and address are ready
	ended     bool // nothing runs and nothing will be started again
	order     *order
	ordered   chan struct{}
	endLife   context.CancelFunc
	warned    map[string]time.Time
	handles   map[string]string // volume name in the pod → name in the disk group

	dirty    chan struct{}
	syncing  sync.Mutex
	finished chan struct{}
}

func newWorker(host *Host, pod *v1.Pod) *Worker {
	w := &Worker{
		host: host, pod: pod, uid: pod.UID, label: pod.Namespace + "/" + pod.Name,
		dir:     filepath.Join(host.StateDir, string(pod.UID)),
		ordered: make(chan struct{}), warned: map[string]time.Time{}, handles: map[string]string{},
		dirty: make(chan struct{}, 1), finished: make(chan struct{}),
		startTime: metav1.Now(),
	}
	if pod.Status.StartTime != nil {
		w.startTime = *pod.Status.StartTime
	}
	w.ended = pod.Status.Phase == v1.PodSucceeded || pod.Status.Phase == v1.PodFailed
	for i := range pod.Spec.InitContainers {
		w.init = append(w.init, recall(pod, &pod.Spec.InitContainers[i], true))
	}
	for i := range pod.Spec.Containers {
		w.main = append(w.main, recall(pod, &pod.Spec.Containers[i], false))
	}
	return w
}

// run takes the pod through its lives until it is deleted or the kubelet ends.
func (w *Worker) run() {
	defer close(w.finished)
	publishing, stopPublishing := context.WithCancel(context.Background())
	defer stopPublishing()
	go w.publish(publishing)
	for {
		life := w.beginLife()
		if !w.hasEnded() {
			w.live(life)
		}
		w.afterLife()
		switch w.awaitOrder() {
		case deleted:
			w.removeObject()
			w.leave()
			return
		case gone:
			w.leave()
			return
		case shutdown:
			_ = w.sync(publishing)
			return
		case reboot:
			w.host.Log.Info("starting again after the node's reboot", "pod", w.name())
		}
	}
}

func (w *Worker) beginLife() context.Context {
	life, end := context.WithCancel(context.Background())
	w.mu.Lock()
	defer w.mu.Unlock()
	w.endLife = end
	if w.order != nil {
		end()
	}
	return life
}

func (w *Worker) afterLife() {
	w.mu.Lock()
	w.endLife()
	w.sandbox = false
	byItself := w.order == nil
	if byItself || w.order.kind == deleted {
		w.ended = true
	}
	w.mu.Unlock()
	w.changed()
	if byItself {
		// Nothing of the pod is mounted any more. A deleted pod gives up its volumes in leave, after
		// its object is gone, as the attach-detach controller does.
		if err := w.host.Claims.Release(context.Background(), w.uid); err != nil {
			w.host.Log.Warn("release volumes", "pod", w.name(), "error", err)
		}
	}
}

// leave removes what the pod had on this node.
func (w *Worker) leave() {
	pause := apiBackOff()
	for w.host.Claims.Release(context.Background(), w.uid) != nil {
		time.Sleep(pause.next())
	}
	w.host.Addresses.Give(w.ip)
	if err := os.RemoveAll(w.dir); err != nil {
		w.host.Log.Warn("remove the pod's folder", "pod", w.name(), "error", err)
	}
}

// see takes a newer object of the same pod.
func (w *Worker) see(pod *v1.Pod) {
	w.mu.Lock()
	w.pod = pod
	w.mu.Unlock()
	if pod.DeletionTimestamp != nil {
		grace := minimumGrace
		if seconds := pod.DeletionGracePeriodSeconds; seconds != nil {
			grace = max(grace, time.Duration(*seconds)*time.Second)
		}
		w.command(order{kind: deleted, deadline: time.Now().Add(grace), hooks: true})
	}
	w.changed()
}

func (w *Worker) object() *v1.Pod {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pod
}

func (w *Worker) name() string { return w.label }

func (w *Worker) hasEnded() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ended
}

// warn writes a Warning event, the same one at most every half minute: the reason for a long wait must
// be seen, but not drown other events.
func (w *Worker) warn(reason, message string) {
	w.mu.Lock()
	again := time.Since(w.warned[reason+message]) > 30*time.Second
	if again {
		w.warned[reason+message] = time.Now()
	}
	pod := w.pod
	w.mu.Unlock()
	if again {
		w.host.Events.Event(pod, v1.EventTypeWarning, reason, message)
		w.host.Log.Warn(message, "pod", pod.Namespace+"/"+pod.Name, "reason", reason)
	}
}
