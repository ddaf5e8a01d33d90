// Package config reads the file that tells one vvrd which site it is, who its
// peers are and which replicated volume groups (RVGs) it starts with.
package config

import (
	"encoding/json"
	"fmt"
	"os"
)

// Volume is one data volume of an RVG. Its name is also its CSI handle.
type Volume struct {
	Name      string `json:"name"`
	SizeBytes int64  `json:"sizeBytes"`
	// DCM says whether the volume has a data change map; without one on every
	// volume neither autodcm nor fast failback is possible.
	DCM bool `json:"dcm"`
}

// RVG is a replicated volume group as this site knows it.
type RVG struct {
	Name         string   `json:"name"`
	SRL          string   `json:"srl"`
	SRLSizeBytes int64    `json:"srlSizeBytes"`
	Volumes      []Volume `json:"volumes"`
	// Role and Primary hold for the first start only; afterwards state.json decides.
	Role    string `json:"role"`
	Primary string `json:"primary,omitempty"`
	// Protection is the SRL protection: autodcm, dcm, override, fail or off.
	Protection  string   `json:"protection"`
	Latency     string   `json:"latency"`
	Mode        string   `json:"mode"`
	Secondaries []string `json:"secondaries"`
}

// Peer is another site's vvrd; Dial is the address of the link towards it.
type Peer struct {
	Site      string `json:"site"`
	Host      string `json:"host"`
	DiskGroup string `json:"diskGroup"`
	Dial      string `json:"dial"`
}

// File is the whole configuration of one daemon.
type File struct {
	Site      string `json:"site"`
	Host      string `json:"host"`
	DiskGroup string `json:"diskGroup"`
	LogOwner  string `json:"logOwner"`
	Peers     []Peer `json:"peers"`
	RVGs      []RVG  `json:"rvgs"`
}

// Load reads and checks the file; the error names the file and the first mistake.
func Load(path string) (*File, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var f File
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for i := range f.RVGs {
		if err := f.RVGs[i].Complete(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return &f, nil
}

// Complete fills the defaults of an RVG and refuses values nobody documented.
func (r *RVG) Complete() error {
	if r.Name == "" {
		return fmt.Errorf("an RVG without a name")
	}
	if r.Role != "primary" && r.Role != "secondary" {
		return fmt.Errorf("RVG %s: role %q is neither primary nor secondary", r.Name, r.Role)
	}
	setDefault(&r.SRL, r.Name+"_srl")
	setDefault(&r.Protection, "autodcm")
	setDefault(&r.Latency, "off")
	setDefault(&r.Mode, "asynchronous")
	if r.SRLSizeBytes <= 0 {
		r.SRLSizeBytes = 128 << 20
	}
	switch r.Protection {
	case "autodcm", "dcm", "override", "fail", "off":
	default:
		return fmt.Errorf("RVG %s: unknown SRL protection %q", r.Name, r.Protection)
	}
	return nil
}

func setDefault(field *string, value string) {
	if *field == "" {
		*field = value
	}
}
