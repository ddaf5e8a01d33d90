// Package report is what a site knows of a replicated data set, and its
// rendering as vradmin prints it.
package report

// Member is one site's RVG.
type Member struct {
	Site    string   `json:"site"`
	Host    string   `json:"host"`
	RVG     string   `json:"rvg"`
	DG      string   `json:"dg"`
	State   string   `json:"state"`
	SRL     string   `json:"srl"`
	SRLSize int64    `json:"srlSize"`
	Volumes []Volume `json:"volumes"`
}

// Volume is a data volume as printvol shows it.
type Volume struct {
	Name      string `json:"name"`
	SizeBytes int64  `json:"sizeBytes"`
	DCM       bool   `json:"dcm"`
}

// Secondary is a Secondary with the RLINK that leads to it.
type Secondary struct {
	Member
	RlinkFrom   string `json:"rlinkFrom"`
	RlinkTo     string `json:"rlinkTo"`
	Detached    bool   `json:"detached"`
	Mode        string `json:"mode"`
	Latency     string `json:"latency"`
	Protection  string `json:"protection"`
	Data        string `json:"data"`
	Replication string `json:"replication"`
	Logging     string `json:"logging"`
	Timestamp   string `json:"timestamp"`
	Bandwidth   string `json:"bandwidth"`
}

// ConfigError is one line of the Config Errors block.
type ConfigError struct {
	Host string `json:"host"`
	Text string `json:"text"`
}

// RDS is the whole data set as one site knows it.
type RDS struct {
	Name        string        `json:"name"`
	Primary     *Member       `json:"primary,omitempty"` // nil: no Primary known
	Secondaries []Secondary   `json:"secondaries"`
	Errors      []ConfigError `json:"errors,omitempty"`
}
