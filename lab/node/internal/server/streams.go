package server

import (
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/remotecommand"
	utilexec "k8s.io/utils/exec"

	"changeover.test/lab/node/internal/pod"
)

// executor runs an exec for the streaming library.
type executor struct{ worker *pod.Worker }

// ExecInContainer returns when the command has ended. A non-zero exit code is told as a CodeExitError,
// which the library turns into the status NonZeroExitCode.
func (e executor) ExecInContainer(_ context.Context, _ string, _ types.UID, container string, command []string,
	in io.Reader, out, errs io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize, _ time.Duration,
) error {
	ask := pod.Command{Args: command, In: in}
	// A nil stream in an interface is not nil: assign only what is there.
	if out != nil {
		ask.Out = out
	}
	if errs != nil {
		ask.Err = errs
	}
	code, err := e.worker.Exec(container, ask)
	if err == nil && code != 0 {
		err = utilexec.CodeExitError{Err: fmt.Errorf("command terminated with exit code %d", code), Code: int(code)}
	}
	return err
}

// forwarder connects to a port of a pod.
type forwarder struct{ worker *pod.Worker }

// PortForward copies both ways until either side closes.
func (f forwarder) PortForward(ctx context.Context, _ string, _ types.UID, port int32, stream io.ReadWriteCloser) error {
	target := net.JoinHostPort(f.worker.IP(), strconv.Itoa(int(port)))
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", target)
	if err != nil {
		return err
	}
	defer connection.Close()
	ended := make(chan struct{}, 2)
	go func() {
		_, _ = io.Copy(connection, stream)
		if half, ok := connection.(*net.TCPConn); ok {
			_ = half.CloseWrite()
		}
		ended <- struct{}{}
	}()
	go func() {
		_, _ = io.Copy(stream, connection)
		_ = stream.Close()
		ended <- struct{}{}
	}()
	<-ended
	<-ended
	return nil
}
