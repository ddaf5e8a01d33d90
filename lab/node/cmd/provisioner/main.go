// Command provisioner makes and removes the volumes of one site's StorageClasses.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	typedv1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/record"

	"changeover.test/lab/node/internal/cluster"
	"changeover.test/lab/node/internal/provision"
	"changeover.test/lab/node/internal/vvr"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig of the provisioner's user")
	socket := flag.String("vvrd-socket", "", "socket of the site's volume replicator")
	site := flag.String("site", "", "name of the site")
	logFile := flag.String("log-file", "", "log file; standard error when empty")
	flag.Parse()
	if err := run(*kubeconfig, *socket, *site, *logFile); err != nil {
		fmt.Fprintln(os.Stderr, "provisioner:", err)
		os.Exit(1)
	}
}

func run(kubeconfig, socket, site, logFile string) error {
	if kubeconfig == "" || socket == "" || site == "" {
		return fmt.Errorf("needed: --kubeconfig, --vvrd-socket and --site")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	log, err := cluster.Logger(logFile)
	if err != nil {
		return err
	}
	client, _, err := cluster.Connect(kubeconfig, "changeover-lab-provisioner")
	if err != nil {
		return err
	}
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&typedv1.EventSinkImpl{Interface: client.CoreV1().Events("")})
	return (&provision.Provisioner{
		Client: client, VVR: vvr.Client{Socket: socket}, Site: site, Log: log,
		Events: broadcaster.NewRecorder(scheme.Scheme, v1.EventSource{Component: provision.Driver, Host: site}),
	}).Run(ctx)
}
