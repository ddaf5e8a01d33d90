package pod

import (
	"context"
	"encoding/json"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/utils/ptr"

	"changeover.test/lab/node/internal/podstatus"
)

// changed asks for the status to be written. Many changes may become one write.
func (w *Worker) changed() {
	select {
	case w.dirty <- struct{}{}:
	default:
	}
}

// publish writes the status whenever something changed. It stands apart from the pod's life so that a
// slow API server never delays a start or a stop.
func (w *Worker) publish(ctx context.Context) {
	pause := apiBackOff()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.dirty:
		}
		if err := w.sync(ctx); err != nil && ctx.Err() == nil {
			w.host.Log.Warn("write status", "pod", w.name(), "error", err)
			time.AfterFunc(pause.next(), w.changed)
			continue
		}
		pause.reset()
	}
}

// sync writes the status once, if it differs from what the API server is known to have. The object's
// uid is part of the patch, so that a new pod of the same name is never touched.
func (w *Worker) sync(ctx context.Context) error {
	w.syncing.Lock()
	defer w.syncing.Unlock()
	base, want := w.statusNow()
	if equality.Semantic.DeepEqual(base.Status, want) {
		return nil
	}
	patch, err := statusPatch(base, want)
	if err != nil {
		return err
	}
	answer, err := w.host.Client.CoreV1().Pods(base.Namespace).
		Patch(ctx, base.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	if err != nil {
		return err
	}
	w.mu.Lock()
	// Only the status: what else the answer tells also comes through the watch, in order.
	if w.pod == base {
		newest := w.pod.DeepCopy()
		newest.Status = answer.Status
		w.pod = newest
	}
	w.mu.Unlock()
	return nil
}

func (w *Worker) statusNow() (*v1.Pod, v1.PodStatus) {
	w.mu.Lock()
	defer w.mu.Unlock()
	facts := podstatus.Facts{
		Pod: w.pod, PodIP: w.ip, HostIP: w.host.HostIP, StartTime: w.startTime,
		SandboxReady: w.sandbox, Ended: w.ended, Now: metav1.Now(),
		Reason: w.pod.Status.Reason, Message: w.pod.Status.Message,
	}
	for _, c := range w.init {
		facts.Init = append(facts.Init, c.status())
	}
	for _, c := range w.main {
		facts.Main = append(facts.Main, c.status())
	}
	return w.pod, normal(podstatus.Compute(facts, w.pod.Status))
}

// normal brings times to the precision of the API, or every comparison would see a difference.
func normal(status v1.PodStatus) v1.PodStatus {
	raw, err := json.Marshal(status)
	if err != nil {
		return status
	}
	var out v1.PodStatus
	if json.Unmarshal(raw, &out) != nil {
		return status
	}
	return out
}

func statusPatch(base *v1.Pod, want v1.PodStatus) ([]byte, error) {
	before, err := json.Marshal(v1.Pod{Status: base.Status})
	if err != nil {
		return nil, err
	}
	after, err := json.Marshal(v1.Pod{ObjectMeta: metav1.ObjectMeta{UID: base.UID}, Status: want})
	if err != nil {
		return nil, err
	}
	return strategicpatch.CreateTwoWayMergePatch(before, after, v1.Pod{})
}

// removeObject writes the last status and removes the pod's object for good, retrying until the API
// server has confirmed it.
func (w *Worker) removeObject() {
	pause := apiBackOff()
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		err := w.sync(ctx)
		if err == nil {
			pod := w.object()
			err = w.host.Client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{
				GracePeriodSeconds: ptr.To[int64](0), Preconditions: metav1.NewUIDPreconditions(string(pod.UID)),
			})
		}
		cancel()
		if err == nil || apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
			return
		}
		w.host.Log.Warn("remove the pod's object", "pod", w.name(), "error", err)
		time.Sleep(pause.next())
	}
}
