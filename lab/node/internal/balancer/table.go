// Package balancer stands for kube-proxy and a cloud's load balancer: it listens on the addresses of
// Services of type LoadBalancer and forwards to ready endpoints.
package balancer

import (
	"cmp"
	"net"
	"slices"
	"strconv"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Front is one address and port on which a Service is reached.
type Front struct {
	Address string
	Port    int32
}

func (f Front) String() string { return net.JoinHostPort(f.Address, strconv.Itoa(int(f.Port))) }

// Table says, for every front, which Service has it and its ready backends ("ip:port").
type Table map[Front]Route

// Route is where a front leads.
type Route struct {
	Service  string
	Backends []string
}

// Build computes the table. Two Services that want the same port cannot both have it here, where all
// share the site's addresses: the older one has it; the others are named in losers.
func Build(addresses []string, services []*v1.Service, pods []*v1.Pod) (table Table, losers map[string]string) {
	table, losers = Table{}, map[string]string{}
	slices.SortFunc(services, func(a, b *v1.Service) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(key(a), key(b)))
	})
	for _, service := range services {
		if !Ours(service) {
			continue
		}
		if owner := taken(table, addresses, service); owner != "" {
			losers[key(service)] = owner
			continue
		}
		for _, port := range service.Spec.Ports {
			if port.Protocol != "" && port.Protocol != v1.ProtocolTCP {
				continue
			}
			backends := readyBackends(service, port, pods)
			for _, address := range addresses {
				table[Front{address, port.Port}] = Route{key(service), backends}
			}
		}
	}
	return table, losers
}

// Ours says whether this balancer serves the Service.
func Ours(service *v1.Service) bool {
	return service.Spec.Type == v1.ServiceTypeLoadBalancer && service.Spec.LoadBalancerClass == nil && service.DeletionTimestamp == nil
}

func key(service *v1.Service) string { return service.Namespace + "/" + service.Name }

func taken(table Table, addresses []string, service *v1.Service) string {
	for _, port := range service.Spec.Ports {
		for _, address := range addresses {
			if route, found := table[Front{address, port.Port}]; found {
				return route.Service
			}
		}
	}
	return ""
}

// readyBackends computes what the EndpointSlice controller would. EndpointSlices themselves cannot be
// used: the API server refuses loopback addresses in them, and pods here have no others.
func readyBackends(service *v1.Service, port v1.ServicePort, pods []*v1.Pod) []string {
	if len(service.Spec.Selector) == 0 {
		return nil
	}
	selector := labels.SelectorFromSet(service.Spec.Selector)
	var backends []string
	for _, pod := range pods {
		if pod.Namespace != service.Namespace || !selector.Matches(labels.Set(pod.Labels)) || !serves(pod, service.Spec.PublishNotReadyAddresses) {
			continue
		}
		if number := targetPort(pod, port); number != 0 {
			backends = append(backends, net.JoinHostPort(pod.Status.PodIP, strconv.Itoa(int(number))))
		}
	}
	slices.Sort(backends)
	return slices.Compact(backends)
}

func serves(pod *v1.Pod, alsoUnready bool) bool {
	if pod.Status.PodIP == "" || pod.Status.Phase == v1.PodSucceeded || pod.Status.Phase == v1.PodFailed {
		return false
	}
	return alsoUnready || (pod.DeletionTimestamp == nil && isReady(pod))
}

func isReady(pod *v1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c v1.PodCondition) bool {
		return c.Type == v1.PodReady && c.Status == v1.ConditionTrue
	})
}

// targetPort resolves a Service's target port, by number or by the name of a container port; 0 when
// the pod has no port of that name.
func targetPort(pod *v1.Pod, port v1.ServicePort) int32 {
	if port.TargetPort.Type == intstr.Int {
		return cmp.Or(port.TargetPort.IntVal, port.Port)
	}
	for _, container := range pod.Spec.Containers {
		for _, declared := range container.Ports {
			if declared.Name == port.TargetPort.StrVal {
				return declared.ContainerPort
			}
		}
	}
	return 0
}
