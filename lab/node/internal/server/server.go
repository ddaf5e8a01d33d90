// Package server is the kubelet's HTTPS API, as far as an API server uses it: exec, logs, port
// forwarding, plus a list of pods and a health check.
package server

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	v1 "k8s.io/api/core/v1"
	remotecommandconsts "k8s.io/apimachinery/pkg/util/remotecommand"
	"k8s.io/kubelet/pkg/cri/streaming/portforward"
	"k8s.io/kubelet/pkg/cri/streaming/remotecommand"

	"changeover.test/lab/node/internal/pod"
)

const (
	idleTimeout     = 4 * time.Hour
	creationTimeout = 30 * time.Second
)

// Server answers for the pods of one node.
type Server struct {
	Pods *pod.Manager
	Log  *slog.Logger
}

// TLS gives the settings of a kubelet: everything but a client certificate of our CA is refused.
func TLS(certificate, key, clientCA string) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("serving certificate: %w", err)
	}
	raw, err := os.ReadFile(clientCA)
	if err != nil {
		return nil, fmt.Errorf("client CA: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("client CA %s holds no certificate", clientCA)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{pair}, ClientCAs: pool,
		ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12,
		// SPDY streams take over the connection, which HTTP/2 does not allow.
		NextProtos: []string{"http/1.1"},
	}, nil
}

// Handler routes as the kubelet's server does (kubernetes pkg/kubelet/server/server.go, v1.35).
func (s *Server) Handler() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) })
	routes.HandleFunc("GET /pods", s.pods)
	routes.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", s.logs)
	for _, method := range []string{"GET", "POST"} {
		routes.HandleFunc(method+" /exec/{namespace}/{pod}/{container}", s.exec)
		routes.HandleFunc(method+" /portForward/{namespace}/{pod}", s.portForward)
		routes.HandleFunc(method+" /attach/", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "attach is unsupported by this kubelet: a container's output goes to its log", http.StatusNotImplemented)
		})
	}
	return routes
}

func (s *Server) pods(w http.ResponseWriter, _ *http.Request) {
	list := v1.PodList{Items: s.Pods.Pods()}
	list.Kind, list.APIVersion = "PodList", "v1"
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(list); err != nil {
		s.Log.Warn("write pods", "error", err)
	}
}

func (s *Server) find(w http.ResponseWriter, r *http.Request) *pod.Worker {
	namespace, name := r.PathValue("namespace"), r.PathValue("pod")
	worker := s.Pods.Find(namespace, name)
	if worker == nil {
		http.Error(w, fmt.Sprintf("pod %s/%s does not exist", namespace, name), http.StatusNotFound)
	}
	return worker
}

func (s *Server) exec(w http.ResponseWriter, r *http.Request) {
	worker := s.find(w, r)
	if worker == nil {
		return
	}
	options, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if options.TTY {
		http.Error(w, "a terminal (tty) is unsupported by this kubelet", http.StatusBadRequest)
		return
	}
	remotecommand.ServeExec(w, r, executor{worker}, r.PathValue("pod"), "", r.PathValue("container"),
		r.URL.Query()["command"], options, idleTimeout, creationTimeout, remotecommandconsts.SupportedStreamingProtocols)
}

func (s *Server) portForward(w http.ResponseWriter, r *http.Request) {
	worker := s.find(w, r)
	if worker == nil {
		return
	}
	options, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	portforward.ServePortForward(w, r, forwarder{worker}, r.PathValue("pod"), "", options,
		idleTimeout, creationTimeout, portforward.SupportedProtocols)
}
