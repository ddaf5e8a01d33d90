package volumes

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	authv1 "k8s.io/api/authentication/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type token struct {
	text    string
	renewAt time.Time
}

// serviceAccountToken asks for a token bound to the pod and keeps it for 80 % of its life, as the
// kubelet does (API reference, ServiceAccountTokenProjection.expirationSeconds).
func (m *Maker) serviceAccountToken(ctx context.Context, source *v1.ServiceAccountTokenProjection) (map[string]file, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tokens == nil {
		m.tokens = map[string]token{}
	}
	cached, found := m.tokens[source.Path]
	if !found || time.Now().After(cached.renewAt) {
		fresh, err := m.requestToken(ctx, source)
		if err != nil {
			return nil, fmt.Errorf("service account token: %w", err)
		}
		m.tokens[source.Path] = fresh
		cached = fresh
	}
	return map[string]file{filepath.Clean(source.Path): {[]byte(cached.text), 0o600}}, nil
}

func (m *Maker) requestToken(ctx context.Context, source *v1.ServiceAccountTokenProjection) (token, error) {
	ask := &authv1.TokenRequest{Spec: authv1.TokenRequestSpec{
		ExpirationSeconds: source.ExpirationSeconds,
		BoundObjectRef:    &authv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: m.Pod.Name, UID: m.Pod.UID},
	}}
	if source.Audience != "" {
		ask.Spec.Audiences = []string{source.Audience}
	}
	asked := time.Now()
	answer, err := m.Client.CoreV1().ServiceAccounts(m.Pod.Namespace).
		CreateToken(ctx, m.Pod.Spec.ServiceAccountName, ask, metav1.CreateOptions{})
	if err != nil {
		return token{}, err
	}
	life := answer.Status.ExpirationTimestamp.Sub(asked)
	return token{answer.Status.Token, asked.Add(life * 8 / 10)}, nil
}
