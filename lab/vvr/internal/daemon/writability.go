package daemon

import (
	"bufio"
	"encoding/json"
	"os"
	"time"
)

// writabilityLine is one line of writability.jsonl, read by the judge.
type writabilityLine struct {
	At       string  `json:"at"`
	AtMs     float64 `json:"atMs"` // Unix time in milliseconds, with fraction
	Site     string  `json:"site"`
	RVG      string  `json:"rvg"`
	Writable bool    `json:"writable"`
	Role     string  `json:"role"`
	Cause    string  `json:"cause"`
}

// logWritable records a change of writability and returns when it is on disk.
//
// The order is conservative: true is written BEFORE a volume can be attached,
// false AFTER it no longer can. So the logged interval of a site always contains
// the real one, and two sites that could ever write at once always overlap in
// the logs; a short overlap that never was is possible only after a crash.
// Callers may hold d.mu: one fsync, a fraction of a millisecond.
func (d *Daemon) logWritable(r *rvg, writable bool, cause string) {
	now := time.Now()
	role := r.Role
	if writable {
		role = rolePrimary
	}
	err := d.writability.write(writabilityLine{
		At:   now.UTC().Format("2006-01-02T15:04:05.000000Z"),
		AtMs: float64(now.UnixNano()) / 1e6, Site: d.site, RVG: r.Spec.Name,
		Writable: writable, Role: role, Cause: cause,
	}, true)
	if err != nil {
		d.fatal("writability log: " + err.Error())
	}
}

// logRecovered repairs the log after a crash between a change and its line.
func (d *Daemon) logRecovered(r *rvg) {
	f, err := os.Open(d.writability.path)
	if err != nil {
		return
	}
	defer f.Close()
	last, known := false, false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var l writabilityLine
		if json.Unmarshal(lines.Bytes(), &l) == nil && l.RVG == r.Spec.Name {
			last, known = l.Writable, true
		}
	}
	if now := r.Role == rolePrimary; !known || now != last {
		d.logWritable(r, now, "recovered")
	}
}
