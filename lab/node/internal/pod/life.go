package pod

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	v1 "k8s.io/api/core/v1"

	"changeover.test/lab/node/internal/podspec"
	"changeover.test/lab/node/internal/volumes"
)

// refreshEvery is how often files from ConfigMaps and Secrets are renewed (the kubelet's sync period).
const refreshEvery = time.Minute

// live runs the pod's containers once, from the volumes to the end of the last container. Cancelling
// ctx ends it; it returns when nothing of the pod runs any more.
func (w *Worker) live(ctx context.Context) {
	pod := w.object()
	if faults := podspec.Unsupported(pod); len(faults) > 0 {
		message := strings.Join(faults, "; ")
		w.warn("Failed", message)
		w.eachContainer(func(c *container) { c.state = waitingFor("CreateContainerConfigError", message) })
		<-ctx.Done()
		return
	}
	if w.allDone() || !w.prepare(ctx, pod) {
		return
	}
	w.mu.Lock()
	w.sandbox = true
	w.mu.Unlock()
	w.changed()
	go w.refresh(ctx)
	for _, c := range w.init {
		w.runContainer(ctx, c)
		if ctx.Err() != nil || !w.succeeded(c) {
			return
		}
	}
	var running sync.WaitGroup
	for _, c := range w.main {
		if !w.isDone(c) {
			running.Go(func() { w.runContainer(ctx, c) })
		}
	}
	running.Wait()
}

// prepare gets the pod its address and volumes, however long that takes; false when ctx ended.
func (w *Worker) prepare(ctx context.Context, pod *v1.Pod) bool {
	w.eachContainer(func(c *container) {
		if c.initial {
			// A new sandbox runs its init containers again.
			c.done = false
		}
		if c.done {
			return
		}
		c.state = waitingFor("ContainerCreating", "")
		if !c.initial && len(w.init) > 0 {
			c.state = waitingFor("PodInitializing", "")
		}
	})
	pause := apiBackOff()
	for {
		err := w.setUp(ctx, pod)
		if ctx.Err() != nil {
			return false
		}
		if err == nil {
			return true
		}
		w.warn("FailedMount", err.Error())
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pause.next()):
		}
	}
}

func (w *Worker) setUp(ctx context.Context, pod *v1.Pod) error {
	if err := w.takeAddress(pod); err != nil {
		return err
	}
	if w.maker == nil {
		w.maker = &volumes.Maker{Client: w.host.Client, Pod: pod, Facts: w.facts(ctx, pod), Folder: w.dir + "/volumes"}
	}
	if err := os.MkdirAll(w.dir+"/root", 0o755); err != nil {
		return err
	}
	if err := w.maker.Make(ctx); err != nil {
		return err
	}
	// As the kubelet does, nothing of the pod starts before every volume is there, whether the first
	// container uses it or not.
	for i := range pod.Spec.Volumes {
		volume := &pod.Spec.Volumes[i]
		if volume.PersistentVolumeClaim == nil {
			continue
		}
		handle, err := w.host.Claims.Resolve(ctx, pod, volume.PersistentVolumeClaim.ClaimName)
		if err != nil {
			return mountFailed(volume, err)
		}
		w.mu.Lock()
		w.handles[volume.Name] = handle
		w.mu.Unlock()
		if _, err := w.claimFolder(ctx, volume, func(string) {}); err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) takeAddress(pod *v1.Pod) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ip != "" {
		return nil
	}
	if pod.Spec.HostNetwork {
		w.ip = w.host.HostIP
		return nil
	}
	ip, err := w.host.Addresses.Take(pod.Status.PodIP)
	w.ip = ip
	return err
}

// claimFolder gives the folder of a claimed volume once it may be written. Every new reason for the
// wait becomes an event and is passed to tell.
func (w *Worker) claimFolder(ctx context.Context, volume *v1.Volume, tell func(string)) (string, error) {
	w.mu.Lock()
	handle := w.handles[volume.Name]
	w.mu.Unlock()
	path, err := w.host.Claims.Writable(ctx, handle, func(reason error) {
		message := mountFailed(volume, reason).Error()
		w.warn("FailedMount", message)
		tell(message)
	})
	if err != nil {
		return "", mountFailed(volume, err)
	}
	return path, nil
}

func mountFailed(volume *v1.Volume, err error) error {
	return fmt.Errorf("MountVolume.SetUp failed for volume %q : %w", volume.Name, err)
}

func (w *Worker) refresh(ctx context.Context) {
	ticker := time.NewTicker(refreshEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := w.maker.Make(ctx); err != nil && ctx.Err() == nil {
				w.host.Log.Warn("refresh volumes", "pod", w.name(), "error", err)
			}
		}
	}
}

func (w *Worker) eachContainer(change func(*container)) {
	w.mu.Lock()
	for _, c := range append(append([]*container{}, w.init...), w.main...) {
		change(c)
	}
	w.mu.Unlock()
	w.changed()
}

func (w *Worker) isDone(c *container) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return c.done
}

func (w *Worker) allDone() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.main {
		if !c.done {
			return false
		}
	}
	return true
}

func (w *Worker) succeeded(c *container) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return c.done && c.state.Terminated != nil && c.state.Terminated.ExitCode == 0
}
