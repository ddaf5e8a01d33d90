package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// logs answers a container's output as it was written: no time stamps are kept, so sinceSeconds and
// timestamps have no effect.
func (s *Server) logs(w http.ResponseWriter, r *http.Request) {
	worker := s.find(w, r)
	if worker == nil {
		return
	}
	query := r.URL.Query()
	path, gone := worker.LogFile(r.PathValue("container"), query.Get("previous") == "true")
	if path == "" {
		http.Error(w, fmt.Sprintf("container %s not found", r.PathValue("container")), http.StatusNotFound)
		return
	}
	file, err := os.Open(path)
	if err != nil {
		http.Error(w, "the container has no such log yet", http.StatusBadRequest)
		return
	}
	defer file.Close()
	lines := int64(-1)
	if text := query.Get("tailLines"); text != "" {
		if lines, err = strconv.ParseInt(text, 10, 64); err != nil {
			http.Error(w, "tailLines is not a number", http.StatusBadRequest)
			return
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	var out io.Writer = w
	if text := query.Get("limitBytes"); text != "" {
		if limit, err := strconv.ParseInt(text, 10, 64); err == nil {
			_, _ = io.CopyN(out, tail(file, lines), limit)
			return
		}
	}
	_, _ = io.Copy(out, tail(file, lines))
	if query.Get("follow") == "true" {
		s.follow(w, r, file, gone)
	}
}

// tail skips to the last lines of a file; all of it for lines < 0. Logs here are small.
func tail(file *os.File, lines int64) io.Reader {
	if lines < 0 {
		return file
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return bytes.NewReader(nil)
	}
	at := len(bytes.TrimSuffix(data, []byte("\n")))
	if lines == 0 {
		return bytes.NewReader(nil)
	}
	for ; lines > 0 && at >= 0; lines-- {
		at = bytes.LastIndexByte(data[:at], '\n')
	}
	return bytes.NewReader(data[at+1:])
}

// follow sends what is appended until the client leaves or the pod is gone. It sleeps on inotify.
func (s *Server) follow(w http.ResponseWriter, r *http.Request, file *os.File, gone <-chan struct{}) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return
	}
	watch := os.NewFile(uintptr(fd), "inotify")
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	// Closing is what wakes a waiting read; os.File makes that safe.
	context.AfterFunc(ctx, func() { _ = watch.Close() })
	go func() {
		select {
		case <-gone:
		case <-ctx.Done():
		}
		cancel()
	}()
	if _, err := unix.InotifyAddWatch(fd, file.Name(), unix.IN_MODIFY|unix.IN_CLOSE_WRITE); err != nil {
		return
	}
	events := make([]byte, 4096)
	for {
		if _, err := io.Copy(w, file); err != nil {
			return
		}
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
		if _, err := watch.Read(events); err != nil {
			_, _ = io.Copy(w, file)
			return
		}
	}
}
