// Command kubelet runs the pods bound to one node as local processes.
//
// SIGTERM ends every container and then the kubelet; SIGHUP stands for a reboot of the node. With
// --sweep it only ends what a kubelet that was killed left running in --state-dir.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"changeover.test/lab/node/internal/cluster"
	"changeover.test/lab/node/internal/sandbox"
)

type options struct {
	kubeconfig, node, site, podCIDR        string
	port                                   int
	servingCert, servingKey, clientCA      string
	vvrdSocket, stateDir, logFile, address string
	labels, expose, exposeInfoScale        cluster.List
	sweep                                  bool
}

func parse() (options, error) {
	var o options
	flag.StringVar(&o.kubeconfig, "kubeconfig", "", "kubeconfig of the node's user")
	flag.StringVar(&o.node, "node", "", "name of the node")
	flag.StringVar(&o.site, "site", "", "name of the site, the node's zone")
	flag.StringVar(&o.podCIDR, "pod-cidr", "", "first three octets of the pods' addresses, such as 127.10.1")
	flag.StringVar(&o.address, "address", "127.0.0.1", "the node's address, where the kubelet's API listens")
	flag.IntVar(&o.port, "port", 0, "port of the kubelet's API")
	flag.StringVar(&o.servingCert, "serving-cert", "", "certificate of the kubelet's API")
	flag.StringVar(&o.servingKey, "serving-key", "", "key of the kubelet's API")
	flag.StringVar(&o.clientCA, "client-ca", "", "CA whose client certificates may use the kubelet's API")
	flag.StringVar(&o.vvrdSocket, "vvrd-socket", "", "socket of the site's volume replicator")
	flag.StringVar(&o.stateDir, "state-dir", "", "folder of the node's pods, kept over restarts")
	flag.StringVar(&o.logFile, "log-file", "", "log file; standard error when empty")
	flag.Var(&o.labels, "label", "label of the node, key=value (repeatable)")
	flag.Var(&o.expose, "expose", "folder that every container sees read-only at its own path (repeatable)")
	flag.Var(&o.exposeInfoScale, "expose-infoscale", "folder that only the InfoScale pods see (repeatable)")
	flag.BoolVar(&o.sweep, "sweep", false, "only end processes that an earlier kubelet left in --state-dir")
	flag.Parse()
	return o, o.check()
}

func (o options) check() error {
	if o.sweep && o.stateDir != "" {
		return nil
	}
	var missing []string
	for name, value := range map[string]string{
		"kubeconfig": o.kubeconfig, "node": o.node, "site": o.site, "pod-cidr": o.podCIDR, "state-dir": o.stateDir,
		"serving-cert": o.servingCert, "serving-key": o.servingKey, "client-ca": o.clientCA, "vvrd-socket": o.vvrdSocket,
	} {
		if value == "" {
			missing = append(missing, "--"+name)
		}
	}
	if o.port == 0 {
		missing = append(missing, "--port")
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return fmt.Errorf("needed: %s", strings.Join(missing, ", "))
	}
	return nil
}

func main() {
	o, err := parse()
	switch {
	case err != nil:
	case o.sweep:
		_, err = sandbox.KillLeftovers(o.stateDir)
	default:
		err = run(o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kubelet:", err)
		os.Exit(1)
	}
}

// shutdownGrace is what containers get to end by themselves when the kubelet is told to end.
const shutdownGrace = 3 * time.Second

func run(o options) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	log, err := cluster.Logger(o.logFile)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	k, err := assemble(o, log)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- k.http.ListenAndServeTLS("", "") }()
	go k.start(ctx)
	for {
		select {
		case err := <-failed:
			k.pods.Shutdown(shutdownGrace)
			return fmt.Errorf("kubelet API: %w", err)
		case signal := <-signals:
			if signal == syscall.SIGHUP {
				log.Info("the node falls and comes back")
				k.pods.Reboot()
				continue
			}
			log.Info("ending", "signal", signal.String())
			cancel()
			k.pods.Shutdown(shutdownGrace)
			if err := k.http.Close(); err != nil && !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		}
	}
}
