package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typedv1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"

	"changeover.test/lab/node/internal/cluster"
	"changeover.test/lab/node/internal/node"
	"changeover.test/lab/node/internal/pod"
	"changeover.test/lab/node/internal/server"
	"changeover.test/lab/node/internal/volumes"
	"changeover.test/lab/node/internal/vvr"
)

type kubelet struct {
	client   kubernetes.Interface
	name     string
	node     *node.Node
	pods     *pod.Manager
	attacher *volumes.Attacher
	http     *http.Server
	log      *slog.Logger
}

// assemble wires the kubelet's parts and ends what an earlier one left running.
func assemble(o options, log *slog.Logger) (*kubelet, error) {
	client, apiServer, err := cluster.Connect(o.kubeconfig, "changeover-lab-kubelet")
	if err != nil {
		return nil, err
	}
	tlsConfig, err := server.TLS(o.servingCert, o.servingKey, o.clientCA)
	if err != nil {
		return nil, err
	}
	stateDir, err := filepath.Abs(o.stateDir)
	if err != nil {
		return nil, err
	}
	attacher := &volumes.Attacher{Client: client, Node: o.node}
	pods, err := pod.NewManager(&pod.Host{
		Client: client, Node: o.node, HostIP: o.address, StateDir: stateDir,
		Expose: o.expose, ExposeInfoScale: o.exposeInfoScale,
		APIHost: apiServer.Hostname(), APIPort: apiServer.Port(),
		Addresses: &pod.Addresses{Prefix: o.podCIDR},
		Claims:    &volumes.Claims{Client: client, VVR: vvr.Client{Socket: o.vvrdSocket}, Attacher: attacher},
		Events:    recorder(client, o.node), Log: log,
	})
	if err != nil {
		return nil, err
	}
	self := &node.Node{
		Client: client, Name: o.node, Address: o.address, Port: int32(o.port),
		PodCIDR: o.podCIDR + ".0/24", Labels: nodeLabels(o), Log: log,
	}
	api := &http.Server{
		Addr: net.JoinHostPort(o.address, strconv.Itoa(o.port)), TLSConfig: tlsConfig,
		Handler: (&server.Server{Pods: pods, Log: log}).Handler(), ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	return &kubelet{client: client, name: o.node, node: self, pods: pods, attacher: attacher, http: api, log: log}, nil
}

func nodeLabels(o options) map[string]string {
	labels := map[string]string{v1.LabelTopologyZone: o.site}
	for _, label := range o.labels {
		key, value, _ := strings.Cut(label, "=")
		labels[key] = value
	}
	return labels
}

func recorder(client kubernetes.Interface, nodeName string) record.EventRecorder {
	broadcaster := record.NewBroadcaster()
	broadcaster.StartRecordingToSink(&typedv1.EventSinkImpl{Interface: client.CoreV1().Events("")})
	return broadcaster.NewRecorder(scheme.Scheme, v1.EventSource{Component: "kubelet", Host: nodeName})
}

// start registers the node and follows its pods until ctx ends.
func (k *kubelet) start(ctx context.Context) {
	k.node.Register(ctx)
	go k.node.KeepLease(ctx)
	go k.node.KeepReady(ctx)
	selector := fields.OneTermEqualSelector("spec.nodeName", k.name)
	list := cache.NewListWatchFromClient(k.client.CoreV1().RESTClient(), "pods", v1.NamespaceAll, selector)
	store, informer := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: list, ObjectType: &v1.Pod{}, Handler: k.handler(),
	})
	go informer.RunWithContext(ctx)
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return
	}
	k.pods.SweepFolders()
	var bound []*v1.Pod
	for _, object := range store.List() {
		bound = append(bound, object.(*v1.Pod))
	}
	if err := k.attacher.DropOrphans(ctx, bound); err != nil {
		k.log.Warn("remove attachments of pods that are gone", "error", err)
	}
}

func (k *kubelet) handler() cache.ResourceEventHandler {
	vanished := func(object any) {
		if unknown, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = unknown.Obj
		}
		if found, ok := object.(*v1.Pod); ok {
			k.pods.Vanished(found.UID)
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc: func(object any) { k.pods.See(object.(*v1.Pod)) },
		UpdateFunc: func(before, after any) {
			// A pod that was deleted and made anew while we did not watch comes as an update.
			if before.(*v1.Pod).UID != after.(*v1.Pod).UID {
				k.pods.Vanished(before.(*v1.Pod).UID)
			}
			k.pods.See(after.(*v1.Pod))
		},
		DeleteFunc: vanished,
	}
}
