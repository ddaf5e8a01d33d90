package balancer

import (
	"slices"
	"testing"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func service(name string, age int64) *v1.Service {
	return &v1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: name, CreationTimestamp: metav1.NewTime(time.Unix(1000-age, 0))},
		Spec:       v1.ServiceSpec{Type: v1.ServiceTypeLoadBalancer, Ports: []v1.ServicePort{{Name: "http", Port: 80}}},
	}
}

func pod(ip string, ready v1.ConditionStatus) *v1.Pod {
	return &v1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: ip, Labels: map[string]string{"app": "a"}},
		Spec:       v1.PodSpec{Containers: []v1.Container{{Ports: []v1.ContainerPort{{Name: "web", ContainerPort: 8080}}}}},
		Status:     v1.PodStatus{Phase: v1.PodRunning, PodIP: ip, Conditions: []v1.PodCondition{{Type: v1.PodReady, Status: ready}}},
	}
}

func TestOnlyReadyPodsOfTheServiceAreBackends(t *testing.T) {
	web := service("a", 1)
	web.Spec.Selector = map[string]string{"app": "a"}
	web.Spec.Ports[0].TargetPort = intstr.FromString("web")
	leaving := pod("127.10.1.12", v1.ConditionTrue)
	leaving.DeletionTimestamp = &metav1.Time{}
	stranger := pod("127.10.1.13", v1.ConditionTrue)
	stranger.Labels = nil
	pods := []*v1.Pod{pod("127.10.1.10", v1.ConditionTrue), pod("127.10.1.11", v1.ConditionFalse), leaving, stranger}
	table, _ := Build([]string{"127.10.0.80", "fd00::80"}, []*v1.Service{web}, pods)
	if len(table) != 2 {
		t.Fatalf("table %v", table)
	}
	for front, route := range table {
		if !slices.Equal(route.Backends, []string{"127.10.1.10:8080"}) {
			t.Errorf("%s leads to %v", front, route.Backends)
		}
	}
}

func TestTheOlderServiceKeepsAPortThatTwoWant(t *testing.T) {
	table, losers := Build([]string{"127.10.0.80"}, []*v1.Service{service("young", 1), service("old", 9)}, nil)
	if table[Front{"127.10.0.80", 80}].Service != "n/old" || losers["n/young"] != "n/old" {
		t.Fatalf("table %v, losers %v", table, losers)
	}
}
