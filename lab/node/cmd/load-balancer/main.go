// Command load-balancer stands for kube-proxy and a cloud's load balancer of one site.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"changeover.test/lab/node/internal/balancer"
	"changeover.test/lab/node/internal/cluster"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig of the load balancer's user")
	logFile := flag.String("log-file", "", "log file; standard error when empty")
	var addresses cluster.List
	flag.Var(&addresses, "address", "address that Services get (repeatable)")
	flag.Parse()
	if err := run(*kubeconfig, *logFile, addresses); err != nil {
		fmt.Fprintln(os.Stderr, "load-balancer:", err)
		os.Exit(1)
	}
}

func run(kubeconfig, logFile string, addresses []string) error {
	if kubeconfig == "" || len(addresses) == 0 {
		return fmt.Errorf("needed: --kubeconfig and at least one --address")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	log, err := cluster.Logger(logFile)
	if err != nil {
		return err
	}
	client, _, err := cluster.Connect(kubeconfig, "changeover-lab-load-balancer")
	if err != nil {
		return err
	}
	usable, added, err := prepare(addresses, log)
	defer func() {
		for _, address := range added {
			if err := balancer.RemoveAddress(address); err != nil {
				log.Warn("remove address", "address", address.String(), "error", err)
			}
		}
	}()
	if err != nil {
		return err
	}
	(&balancer.Balancer{Client: client, Addresses: usable, Log: log}).Run(ctx)
	return nil
}

// prepare makes IPv6 addresses exist on the loopback interface. A machine without IPv6 does without.
func prepare(addresses []string, log *slog.Logger) (usable []string, added []net.IP, err error) {
	for _, text := range addresses {
		address := net.ParseIP(text)
		if address == nil {
			return nil, added, fmt.Errorf("%q is not an IP address", text)
		}
		if address.To4() == nil && !address.IsLoopback() {
			if err := balancer.AddAddress(address); err != nil {
				log.Warn("IPv6 address left out: this machine has no usable IPv6", "address", text, "error", err)
				continue
			}
			added = append(added, address)
		}
		usable = append(usable, text)
	}
	return usable, added, nil
}
