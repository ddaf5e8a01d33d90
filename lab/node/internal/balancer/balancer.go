package balancer

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	listersv1 "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
)

// retryAfter a listen or a status write that failed.
const retryAfter = 500 * time.Millisecond

// Balancer serves all Services of type LoadBalancer of a cluster on the given addresses.
type Balancer struct {
	Client    kubernetes.Interface
	Addresses []string
	Log       *slog.Logger

	services  listersv1.ServiceLister
	pods      listersv1.PodLister
	listeners map[Front]*listener
	dirty     chan struct{}
}

// Run blocks until ctx ends and then closes everything.
func (b *Balancer) Run(ctx context.Context) {
	b.listeners, b.dirty = map[Front]*listener{}, make(chan struct{}, 1)
	factory := informers.NewSharedInformerFactory(b.Client, 0)
	b.services = factory.Core().V1().Services().Lister()
	b.pods = factory.Core().V1().Pods().Lister()
	changed := cache.ResourceEventHandlerFuncs{
		AddFunc: func(any) { b.mark() }, UpdateFunc: func(any, any) { b.mark() }, DeleteFunc: func(any) { b.mark() },
	}
	for _, informer := range []cache.SharedIndexInformer{
		factory.Core().V1().Services().Informer(), factory.Core().V1().Pods().Informer(),
	} {
		if _, err := informer.AddEventHandler(changed); err != nil {
			b.Log.Error("watch", "error", err)
			return
		}
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	b.mark()
	for {
		select {
		case <-ctx.Done():
			for _, open := range b.listeners {
				open.close()
			}
			return
		case <-b.dirty:
			if !b.reconcile(ctx) {
				time.AfterFunc(retryAfter, b.mark)
			}
		}
	}
}

func (b *Balancer) mark() {
	select {
	case b.dirty <- struct{}{}:
	default:
	}
}

func (b *Balancer) reconcile(ctx context.Context) bool {
	services, err := b.services.List(labels.Everything())
	if err != nil {
		return false
	}
	pods, err := b.pods.List(labels.Everything())
	if err != nil {
		return false
	}
	table, losers := Build(b.Addresses, services, pods)
	complete := b.listen(table)
	for _, service := range services {
		if owner, lost := losers[key(service)]; lost {
			b.Log.Warn("port is taken", "service", key(service), "by", owner)
			continue
		}
		if Ours(service) {
			complete = b.publish(ctx, service) && complete
		}
	}
	return complete
}

func (b *Balancer) listen(table Table) bool {
	complete := true
	for front, open := range b.listeners {
		if _, wanted := table[front]; !wanted {
			open.close()
			delete(b.listeners, front)
			b.Log.Info("closed", "front", front.String())
		}
	}
	for front, route := range table {
		if b.listeners[front] == nil {
			open, err := listen(front)
			if err != nil {
				b.Log.Warn("listen", "service", route.Service, "error", err)
				complete = false
				continue
			}
			b.listeners[front] = open
			b.Log.Info("listening", "front", front.String(), "service", route.Service)
		}
		b.listeners[front].setBackends(route.Backends)
	}
	return complete
}

// publish writes the addresses into the Service's status, if they are not there yet.
func (b *Balancer) publish(ctx context.Context, service *v1.Service) bool {
	var want []v1.LoadBalancerIngress
	for _, address := range b.Addresses {
		want = append(want, v1.LoadBalancerIngress{IP: net.ParseIP(address).String(), IPMode: new(v1.LoadBalancerIPModeVIP)})
	}
	if equality.Semantic.DeepEqual(service.Status.LoadBalancer.Ingress, want) {
		return true
	}
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"uid": service.UID},
		"status":   map[string]any{"loadBalancer": v1.LoadBalancerStatus{Ingress: want}},
	})
	if err != nil {
		return false
	}
	_, err = b.Client.CoreV1().Services(service.Namespace).
		Patch(ctx, service.Name, types.MergePatchType, patch, metav1.PatchOptions{}, "status")
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
		b.Log.Warn("write status", "service", key(service), "error", err)
		return false
	}
	return true
}
