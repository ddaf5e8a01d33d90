package pod

import (
	"os"
	"path/filepath"
	"sync"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"changeover.test/lab/node/internal/sandbox"
)

// Manager keeps one worker for every pod bound to the node.
type Manager struct {
	host *Host

	mu      sync.Mutex
	workers map[types.UID]*Worker
}

// NewManager makes the manager of a node's pods and first ends what an earlier kubelet left running.
func NewManager(host *Host) (*Manager, error) {
	if err := os.MkdirAll(host.StateDir, 0o755); err != nil {
		return nil, err
	}
	killed, err := sandbox.KillLeftovers(host.StateDir)
	if killed > 0 {
		host.Log.Info("ended processes of an earlier kubelet", "count", killed)
	}
	return &Manager{host: host, workers: map[types.UID]*Worker{}}, err
}

// See takes a pod as the API server has it now.
func (m *Manager) See(pod *v1.Pod) {
	m.mu.Lock()
	worker, known := m.workers[pod.UID]
	if !known {
		worker = newWorker(m.host, pod)
		m.workers[pod.UID] = worker
	}
	m.mu.Unlock()
	// A pod that is already being deleted must be known as such before it could start anything.
	worker.see(pod)
	if !known {
		go worker.run()
	}
}

// Vanished takes that a pod's object is gone.
func (m *Manager) Vanished(uid types.UID) {
	m.mu.Lock()
	worker := m.workers[uid]
	m.mu.Unlock()
	if worker == nil {
		return
	}
	worker.command(order{kind: gone, deadline: time.Now().Add(minimumGrace)})
	// A finished worker stays known until here: news of its pod that were under way when it finished
	// would otherwise bring up a second one.
	go func() {
		<-worker.finished
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.workers, uid)
	}()
}

// Reboot kills every container at once and starts the bound pods again, as a node does that fell and
// came back: nobody is asked for admission.
func (m *Manager) Reboot() {
	for _, worker := range m.all() {
		worker.command(order{kind: reboot, deadline: time.Now()})
	}
}

// Shutdown ends every container, at the latest after grace, and returns when all are gone. The pods'
// objects stay.
func (m *Manager) Shutdown(grace time.Duration) {
	workers := m.all()
	for _, worker := range workers {
		worker.command(order{kind: shutdown, deadline: time.Now().Add(grace)})
	}
	for _, worker := range workers {
		<-worker.finished
	}
}

// Find gives the worker of a pod by name; nil when there is none.
func (m *Manager) Find(namespace, name string) *Worker {
	for _, worker := range m.all() {
		if pod := worker.object(); pod.Namespace == namespace && pod.Name == name {
			return worker
		}
	}
	return nil
}

// Pods lists the pods with their newest status.
func (m *Manager) Pods() []v1.Pod {
	var pods []v1.Pod
	for _, worker := range m.all() {
		pod, status := worker.statusNow()
		shown := pod.DeepCopy()
		shown.Status = status
		pods = append(pods, *shown)
	}
	return pods
}

func (m *Manager) all() []*Worker {
	m.mu.Lock()
	defer m.mu.Unlock()
	workers := make([]*Worker, 0, len(m.workers))
	for _, worker := range m.workers {
		select {
		case <-worker.finished:
		default:
			workers = append(workers, worker)
		}
	}
	return workers
}

// SweepFolders removes folders of pods that are not bound to this node any more.
func (m *Manager) SweepFolders() {
	entries, err := os.ReadDir(m.host.StateDir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		m.mu.Lock()
		_, known := m.workers[types.UID(entry.Name())]
		m.mu.Unlock()
		if entry.IsDir() && !known {
			_ = os.RemoveAll(filepath.Join(m.host.StateDir, entry.Name()))
		}
	}
}

// IP is the pod's address; "" before it has one.
func (w *Worker) IP() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ip
}

// LogFile gives the file of a container's current output, or of the run before, and a channel closed
// once the pod is gone.
func (w *Worker) LogFile(name string, previous bool) (string, <-chan struct{}) {
	c := w.find(name)
	if c == nil {
		return "", nil
	}
	w.mu.Lock()
	start := c.starts
	w.mu.Unlock()
	if previous {
		start--
	}
	return w.logFile(c, start), w.finished
}
