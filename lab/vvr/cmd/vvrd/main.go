// Command vvrd is one site's daemon of the VVR simulator; see ../../README.md.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"changeover.test/lab/vvr/internal/config"
	"changeover.test/lab/vvr/internal/daemon"
	"changeover.test/lab/vvr/internal/kernel"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == kernel.GuardArgument {
		kernel.RunGuard()
		return
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "vvrd:", err)
		os.Exit(1)
	}
}

func run() error {
	var o daemon.Options
	var file string
	flag.StringVar(&o.Site, "site", "", "name of this site")
	flag.StringVar(&o.StateDir, "state-dir", "", "folder for state.json, the logs and vvrd.sock")
	flag.StringVar(&o.VolumesDir, "volumes-dir", "", "folder of the volumes' data")
	flag.StringVar(&o.Listen, "listen", "", "address for the other sites, host:port")
	flag.StringVar(&file, "config", "", "configuration file (JSON)")
	flag.Parse()
	cfg, err := config.Load(file)
	if err != nil {
		return err
	}
	if o.Site == "" {
		o.Site = cfg.Site
	}
	if o.Site != cfg.Site || o.StateDir == "" || o.VolumesDir == "" || o.Listen == "" {
		return fmt.Errorf("--site must be the configuration's, and --state-dir, --volumes-dir, --listen are needed")
	}
	o.Config = cfg
	if o.Program, err = os.Executable(); err != nil {
		return err
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	d, err := daemon.Start(o)
	if err != nil {
		return err
	}
	fmt.Printf("vvrd %s ready on %s\n", o.Site, o.Listen)
	<-signals
	d.Close()
	return nil
}
