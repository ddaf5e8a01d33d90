package vvr

import (
	"bufio"
	"context"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fake answers every line by answer; an empty answer keeps the caller waiting.
func fake(t *testing.T, answer func(line string) string) Client {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = connection.Close() })
			go func() {
				line, err := bufio.NewReader(connection).ReadString('\n')
				if text := answer(line); err == nil && text != "" {
					_, _ = connection.Write([]byte(text + "\n"))
				}
			}()
		}
	}()
	return Client{Socket: socket}
}

func TestARefusalIsAnAnswerAndNoError(t *testing.T) {
	client := fake(t, func(line string) string {
		if !strings.Contains(line, `"op":"attach"`) || !strings.Contains(line, `"volume":"v"`) {
			return `{"ok":true}`
		}
		return `{"ok":false,"reason":"volume group g is Secondary on east: volume is not writable"}`
	})
	answer, err := client.Attach(context.Background(), "v")
	if err != nil || answer.OK || !strings.Contains(answer.Reason, "Secondary") {
		t.Fatalf("answer %+v, error %v", answer, err)
	}
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	client := fake(t, func(string) string { return "" })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := client.AwaitAttach(ctx, "v", time.Hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("error %v", err)
	}
}

func TestADeletionThatFailedIsAnError(t *testing.T) {
	client := fake(t, func(string) string { return `{"ok":false,"reason":"busy"}` })
	if err := client.DeletePlain(context.Background(), "v"); err == nil || !strings.Contains(err.Error(), "busy") {
		t.Fatalf("error %v", err)
	}
}
