// Package node registers the node and keeps it alive.
package node

import (
	"context"
	"log/slog"
	"maps"
	"runtime"
	"time"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// Node is what this kubelet says about itself.
type Node struct {
	Client  kubernetes.Interface
	Name    string
	Address string
	Port    int32
	PodCIDR string
	Labels  map[string]string
	Log     *slog.Logger
}

func (n *Node) object() *v1.Node {
	labels := map[string]string{v1.LabelHostname: n.Name, v1.LabelOSStable: "linux", v1.LabelArchStable: runtime.GOARCH}
	maps.Copy(labels, n.Labels)
	return &v1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: n.Name, Labels: labels},
		Spec:       v1.NodeSpec{PodCIDR: n.PodCIDR, PodCIDRs: []string{n.PodCIDR}},
		Status:     n.status(),
	}
}

func (n *Node) status() v1.NodeStatus {
	// Roomy on purpose: the scheduler's arithmetic is not what the laboratory is about.
	capacity := v1.ResourceList{
		v1.ResourceCPU: resource.MustParse("1k"), v1.ResourceMemory: resource.MustParse("1Ti"),
		v1.ResourceEphemeralStorage: resource.MustParse("1Ti"), v1.ResourcePods: resource.MustParse("200"),
	}
	now := metav1.Now()
	condition := func(kind v1.NodeConditionType, status v1.ConditionStatus, reason string) v1.NodeCondition {
		return v1.NodeCondition{Type: kind, Status: status, Reason: reason, LastHeartbeatTime: now, LastTransitionTime: now}
	}
	return v1.NodeStatus{
		Capacity: capacity, Allocatable: capacity,
		Addresses:       []v1.NodeAddress{{Type: v1.NodeInternalIP, Address: n.Address}, {Type: v1.NodeHostName, Address: n.Name}},
		DaemonEndpoints: v1.NodeDaemonEndpoints{KubeletEndpoint: v1.DaemonEndpoint{Port: n.Port}},
		Conditions: []v1.NodeCondition{
			condition(v1.NodeReady, v1.ConditionTrue, "KubeletReady"),
			condition(v1.NodeMemoryPressure, v1.ConditionFalse, "KubeletHasSufficientMemory"),
			condition(v1.NodeDiskPressure, v1.ConditionFalse, "KubeletHasNoDiskPressure"),
			condition(v1.NodePIDPressure, v1.ConditionFalse, "KubeletHasSufficientPID"),
		},
		NodeInfo: v1.NodeSystemInfo{
			KubeletVersion: "v1.35.4", ContainerRuntimeVersion: "process://1", OSImage: "processes of this machine",
			OperatingSystem: "linux", Architecture: runtime.GOARCH,
		},
	}
}

// Register makes the node or takes it over, and retries until the API server has it.
func (n *Node) Register(ctx context.Context) {
	for pause := 100 * time.Millisecond; ; pause = min(pause*2, 2*time.Second) {
		err := n.registerOnce(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		n.Log.Warn("register node", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func (n *Node) registerOnce(ctx context.Context) error {
	api := n.Client.CoreV1().Nodes()
	want := n.object()
	_, err := api.Create(ctx, want, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	existing, err := api.Get(ctx, n.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if existing.Labels == nil {
		existing.Labels = map[string]string{}
	}
	maps.Copy(existing.Labels, want.Labels)
	if existing, err = api.Update(ctx, existing, metav1.UpdateOptions{}); err != nil {
		return err
	}
	existing.Status = want.Status
	_, err = api.UpdateStatus(ctx, existing, metav1.UpdateOptions{})
	return err
}

// KeepReady writes the status again whenever somebody (the node lifecycle controller, after an outage
// of the API server) has declared the node not ready. It blocks until ctx ends.
func (n *Node) KeepReady(ctx context.Context) {
	list := cache.NewListWatchFromClient(n.Client.CoreV1().RESTClient(), "nodes", "", fields.OneTermEqualSelector("metadata.name", n.Name))
	check := func(object any) {
		node, ok := object.(*v1.Node)
		if !ok {
			return
		}
		for _, condition := range node.Status.Conditions {
			if condition.Type == v1.NodeReady && condition.Status == v1.ConditionTrue {
				return
			}
		}
		n.Register(ctx)
	}
	_, informer := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: list, ObjectType: &v1.Node{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    check,
			UpdateFunc: func(_, fresh any) { check(fresh) },
			DeleteFunc: func(any) { n.Register(ctx) },
		},
	})
	informer.RunWithContext(ctx)
}
