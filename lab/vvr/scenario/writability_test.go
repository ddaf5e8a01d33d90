package scenario

import (
	"bytes"
	"encoding/json"
	"os"
	"sort"
	"testing"
)

// writability reads the site's log.
func (s *site) writability() []writabilityLine {
	raw, err := os.ReadFile(s.home + "/vvr/writability.jsonl")
	check(s.t, err)
	var out []writabilityLine
	for _, line := range bytes.Split(bytes.TrimSpace(raw), []byte("\n")) {
		var l writabilityLine
		check(s.t, json.Unmarshal(line, &l))
		out = append(out, l)
	}
	return out
}

type writabilityLine struct {
	AtMs     float64 `json:"atMs"`
	Site     string  `json:"site"`
	Writable bool    `json:"writable"`
	Cause    string  `json:"cause"`
}

// neverTwoWriters checks the logs of all sites, boundaries exact.
func neverTwoWriters(t *testing.T, all ...*site) {
	t.Helper()
	var lines []writabilityLine
	for _, s := range all {
		lines = append(lines, s.writability()...)
	}
	sort.SliceStable(lines, func(i, j int) bool { return lines[i].AtMs < lines[j].AtMs })
	writers := map[string]bool{}
	for _, l := range lines {
		delete(writers, l.Site)
		if l.Writable {
			writers[l.Site] = true
		}
		if len(writers) > 1 {
			t.Fatalf("two sites writable at %f: %v", l.AtMs, lines)
		}
	}
}
