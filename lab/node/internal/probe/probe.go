// Package probe asks a container how it is: over HTTP, by a TCP connection or by a command in it.
package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Target is the container that is asked. Exec runs a command in it and answers its exit code and
// first output.
type Target struct {
	Container *v1.Container
	PodIP     string
	Exec      func(ctx context.Context, command []string) (int32, string, error)
}

// Once asks once, within the probe's timeout; nil means success.
func Once(ctx context.Context, ask *v1.Probe, target Target) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(max(ask.TimeoutSeconds, 1))*time.Second)
	defer cancel()
	return Handle(ctx, v1.LifecycleHandler{Exec: ask.Exec, HTTPGet: ask.HTTPGet, TCPSocket: ask.TCPSocket}, target)
}

// Handle runs a probe's or a hook's action once.
func Handle(ctx context.Context, handler v1.LifecycleHandler, target Target) error {
	switch {
	case handler.Exec != nil:
		code, output, err := target.Exec(ctx, handler.Exec.Command)
		if err == nil && code != 0 {
			err = fmt.Errorf("command exited with %d: %s", code, output)
		}
		return err
	case handler.HTTPGet != nil:
		return get(ctx, handler.HTTPGet, target)
	case handler.TCPSocket != nil:
		port, err := Port(handler.TCPSocket.Port, target.Container)
		if err != nil {
			return err
		}
		connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address(handler.TCPSocket.Host, target.PodIP, port))
		if err != nil {
			return err
		}
		return connection.Close()
	case handler.Sleep != nil:
		select {
		case <-time.After(time.Duration(handler.Sleep.Seconds) * time.Second):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errors.New("no supported handler")
}

// Port resolves a port given by number or by the name of a container port.
func Port(port intstr.IntOrString, container *v1.Container) (int, error) {
	if port.Type == intstr.Int {
		return int(port.IntVal), nil
	}
	for _, declared := range container.Ports {
		if declared.Name == port.StrVal {
			return int(declared.ContainerPort), nil
		}
	}
	return strconv.Atoi(port.StrVal)
}

func address(host, podIP string, port int) string {
	if host == "" {
		host = podIP
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}

func get(ctx context.Context, action *v1.HTTPGetAction, target Target) error {
	port, err := Port(action.Port, target.Container)
	if err != nil {
		return err
	}
	scheme := "http"
	if action.Scheme == v1.URISchemeHTTPS {
		scheme = "https"
	}
	path := action.Path
	if path == "" || path[0] != '/' {
		path = "/" + path
	}
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+address(action.Host, target.PodIP, port)+path, nil)
	if err != nil {
		return err
	}
	for _, header := range action.HTTPHeaders {
		if http.CanonicalHeaderKey(header.Name) == "Host" {
			ask.Host = header.Value
			continue
		}
		ask.Header.Add(header.Name, header.Value)
	}
	// A connection of its own each time: a kept one would answer for a process that no longer listens.
	transport := &http.Transport{DisableKeepAlives: true, Proxy: nil, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(ask)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 10<<10)
	if answer.StatusCode < 200 || answer.StatusCode >= 400 {
		return fmt.Errorf("HTTP probe failed with statuscode: %d", answer.StatusCode)
	}
	return nil
}
