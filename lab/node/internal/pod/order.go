package pod

import (
	"time"

	"changeover.test/lab/node/internal/sandbox"
)

// kind says why a pod's containers have to stop; a later one of the list overrules an earlier one.
type kind int

const (
	reboot   kind = iota + 1 // the node fell: everything is killed, then started again
	shutdown                 // this kubelet ends
	deleted                  // the pod has a deletion timestamp
	gone                     // the pod's object vanished
)

// order to stop. Until deadline containers may end by themselves.
type order struct {
	kind     kind
	deadline time.Time
	hooks    bool
}

// command gives an order to stop. Orders add up: the strongest kind, the earliest deadline.
func (w *Worker) command(fresh order) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.order != nil {
		if fresh.kind < w.order.kind {
			fresh.kind = w.order.kind
		}
		if w.order.deadline.Before(fresh.deadline) {
			fresh.deadline = w.order.deadline
		}
		fresh.hooks = fresh.hooks && w.order.hooks
	}
	w.order = &fresh
	close(w.ordered)
	w.ordered = make(chan struct{})
	if w.endLife != nil {
		w.endLife()
	}
}

// current gives the order, if there is one, and a channel closed at the next change.
func (w *Worker) current() (*order, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.order, w.ordered
}

// awaitOrder blocks until there is an order; an order to reboot is taken away by reading it.
func (w *Worker) awaitOrder() kind {
	for {
		found, changed := w.current()
		if found == nil {
			<-changed
			continue
		}
		w.mu.Lock()
		kind := w.order.kind
		if kind == reboot {
			w.order = nil
		}
		w.mu.Unlock()
		return kind
	}
}

// awaitEnd waits for a process until the order's deadline, which may come nearer meanwhile.
func (w *Worker) awaitEnd(process *sandbox.Process) {
	for {
		found, changed := w.current()
		timer := time.NewTimer(time.Until(found.deadline))
		select {
		case <-process.Done():
			timer.Stop()
			return
		case <-timer.C:
			return
		case <-changed:
			timer.Stop()
		}
	}
}
