// Package provision stands for the CSI driver's dynamic provisioner: it makes volumes for claims and
// really removes them, data and all, when their PersistentVolume is released.
package provision

import (
	"context"
	"log/slog"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/workqueue"

	"changeover.test/lab/node/internal/vvr"
)

// Driver is the provisioner's name in a StorageClass and the CSI driver's in a PersistentVolume.
const Driver = "org.veritas.infoscale"

// Provisioner serves one site.
type Provisioner struct {
	Client kubernetes.Interface
	VVR    vvr.Client
	Site   string
	Events record.EventRecorder
	Log    *slog.Logger

	work workqueue.TypedRateLimitingInterface[item]
}

// item is a claim ("namespace/name") or a volume ("name").
type item struct{ claim, volume string }

// Run blocks until ctx ends.
func (p *Provisioner) Run(ctx context.Context) error {
	p.work = workqueue.NewTypedRateLimitingQueue(
		workqueue.NewTypedItemExponentialFailureRateLimiter[item](50*time.Millisecond, 5*time.Second))
	factory := informers.NewSharedInformerFactory(p.Client, 0)
	watch := func(informer cache.SharedIndexInformer, of func(object any) (item, bool)) error {
		add := func(object any) {
			if found, ok := of(object); ok {
				p.work.Add(found)
			}
		}
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc: add, UpdateFunc: func(_, object any) { add(object) },
		})
		return err
	}
	err := watch(factory.Core().V1().PersistentVolumeClaims().Informer(), func(object any) (item, bool) {
		claim, ok := object.(*v1.PersistentVolumeClaim)
		if !ok || claim.Spec.VolumeName != "" || claim.DeletionTimestamp != nil {
			return item{}, false
		}
		return item{claim: claim.Namespace + "/" + claim.Name}, true
	})
	if err != nil {
		return err
	}
	err = watch(factory.Core().V1().PersistentVolumes().Informer(), func(object any) (item, bool) {
		volume, ok := object.(*v1.PersistentVolume)
		return item{volume: nameOf(volume, ok)}, ok && removable(volume)
	})
	if err != nil {
		return err
	}
	// A claim may come before its class.
	classes := factory.Storage().V1().StorageClasses().Informer()
	claims := factory.Core().V1().PersistentVolumeClaims().Informer()
	_, err = classes.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: func(any) {
		for _, key := range claims.GetStore().ListKeys() {
			p.work.Add(item{claim: key})
		}
	}})
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	context.AfterFunc(ctx, p.work.ShutDown)
	for p.next(ctx) {
	}
	return nil
}

func nameOf(volume *v1.PersistentVolume, ok bool) string {
	if !ok {
		return ""
	}
	return volume.Name
}

func (p *Provisioner) next(ctx context.Context) bool {
	found, ended := p.work.Get()
	if ended {
		return false
	}
	defer p.work.Done(found)
	var err error
	if found.claim != "" {
		err = p.provision(ctx, found.claim)
	} else {
		err = p.remove(ctx, found.volume)
	}
	if err != nil && ctx.Err() == nil {
		p.Log.Warn("again later", "claim", found.claim, "volume", found.volume, "error", err)
		p.work.AddRateLimited(found)
		return true
	}
	p.work.Forget(found)
	return true
}
