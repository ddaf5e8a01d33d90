package scenario

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
)

// helper is what a child of a test does; it prints one line when ready.
func helper(mode string) {
	ledger, index := os.Getenv("LEDGER"), os.Getenv("INDEX")
	switch mode {
	case "writer":
		write(ledger, index)
	case "hold-fd":
		f, err := os.OpenFile(filepath.Join(ledger, "held"), os.O_CREATE|os.O_RDWR, 0o644)
		must(err)
		wait(f)
	case "hold-unlinked":
		f, err := os.OpenFile(filepath.Join(ledger, "gone"), os.O_CREATE|os.O_RDWR, 0o644)
		must(err)
		must(os.Remove(f.Name()))
		wait(f)
	case "hold-cwd":
		must(os.Chdir(ledger))
		wait(nil)
	case "hold-map":
		name := filepath.Join(ledger, "mapped")
		must(os.WriteFile(name, make([]byte, 4096), 0o644))
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		must(err)
		m, err := syscall.Mmap(int(f.Fd()), 0, 4096, syscall.PROT_READ, syscall.MAP_SHARED)
		must(err)
		must(f.Close())
		wait(nil)
		fmt.Println(m[0])
	case "hold-mount":
		// A pod: own mount namespace, the volume bind-mounted, then only the mount is known.
		must(syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""))
		at := os.Getenv("AT")
		must(syscall.Mount(ledger, at, "", syscall.MS_BIND, ""))
		var f *os.File
		if os.Getenv("OPEN") != "" {
			var err error
			f, err = os.OpenFile(filepath.Join(at, "inside"), os.O_CREATE|os.O_RDWR, 0o644)
			must(err)
			must(os.Remove(f.Name()))
		}
		wait(f)
	}
}

// write appends n to the log, then puts n into the table, each with fsync: at
// every moment the log is at the table's n or one ahead.
func write(ledger, index string) {
	log, err := os.OpenFile(filepath.Join(ledger, "orders.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	must(err)
	table, err := os.OpenFile(filepath.Join(index, "table"), os.O_CREATE|os.O_WRONLY, 0o644)
	must(err)
	for n := 1; ; n++ {
		_, err = fmt.Fprintf(log, "%08d\n", n)
		must(err)
		must(log.Sync())
		_, err = table.WriteAt([]byte(fmt.Sprintf("%08d\n", n)), 0)
		must(err)
		must(table.Sync())
		if n == 1 {
			fmt.Println("ready")
		}
	}
}

// wait holds what it is given until the process is ended.
func wait(held *os.File) {
	fmt.Println("ready")
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	<-ended
	runtime.KeepAlive(held)
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "helper:", err)
		os.Exit(1)
	}
}
