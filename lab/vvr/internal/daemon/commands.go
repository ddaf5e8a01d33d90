package daemon

import (
	"strings"
	"time"

	"changeover.test/lab/vvr/internal/report"
	"changeover.test/lab/vvr/internal/text"
	"changeover.test/lab/vvr/internal/wire"
)

// result is what vradmin prints and exits with.
type result struct {
	ExitCode int    `json:"exitCode"`
	Stdout   string `json:"stdout"`
	Stderr   string `json:"stderr"`
}

// exitNotLogOwner tells a caller that nothing was done and that another node
// must be asked. The simulator's own convention: no document gives one.
const exitNotLogOwner = 17

func refuse(reason string) result {
	return result{ExitCode: 1, Stderr: text.Refusal.With(reason)}
}

// invocation is one vradmin call: where it was typed, and how to ask back.
type invocation struct {
	node string
	argv []string
	// confirm prints the question and returns the answer; no answer is a no.
	confirm func(question string) string
}

// commandLine logs of commands.jsonl.
type commandRecord struct {
	Site     string    `json:"site"`
	Node     string    `json:"node"`
	Argv     []string  `json:"argv"`
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"`
	ExitCode int       `json:"exitCode"`
}

// vradmin runs one command and records it.
func (d *Daemon) vradmin(in invocation) result {
	started := time.Now()
	res := d.dispatch(in)
	_ = d.commandLog.write(commandRecord{d.site, in.node, in.argv, started.UTC(), time.Now().UTC(), res.ExitCode}, false)
	return res
}

func (d *Daemon) dispatch(in invocation) result {
	c, err := parse(in.argv)
	if err != nil {
		return result{ExitCode: 1, Stderr: text.Refusal.With(err.Error()) + text.Usage.Text}
	}
	if c.dg != "" && c.dg != d.cfg.DiskGroup {
		return refuse(text.UnknownDG.With(c.dg))
	}
	if c.reads() {
		return d.print(c)
	}
	d.mu.Lock()
	owner, r := d.logOwner, d.rvgs[c.rvgs[0]]
	d.mu.Unlock()
	if owner != "" && in.node != owner {
		return result{ExitCode: exitNotLogOwner, Stderr: text.Refusal.With(text.NotLogOwner.With(in.node, owner))}
	}
	if r == nil {
		return refuse(text.UnknownRVG.With(c.rvgs[0]))
	}
	if question := d.question(r, c); question != "" {
		answer := strings.ToLower(strings.TrimSpace(in.confirm(question)))
		if answer != "y" && answer != "yes" {
			return refuse(text.Declined.Text)
		}
	}
	if c.verb == "takeover" || c.verb == "makesec" {
		return d.exclusively(r, c)
	}
	return d.onPrimary(r, c, in.argv)
}

func (d *Daemon) question(r *rvg, c commandLine) string {
	switch {
	case c.flags["-s"]:
		return ""
	case c.verb == "migrate":
		return text.AskMigrate.With(r.Spec.Name)
	case c.verb == "stoprep":
		return text.AskStop.With(r.Spec.Name, c.host)
	}
	return ""
}

// print serves the reading verbs from what this site knows.
func (d *Daemon) print(c commandLine) result {
	d.mu.Lock()
	frozen := d.sim.FreezeView
	names := c.rvgs
	if len(names) == 0 {
		names = siteNames(d.rvgs)
	}
	d.mu.Unlock()
	var out strings.Builder
	for i, name := range names {
		d.mu.Lock()
		r := d.rvgs[name]
		d.mu.Unlock()
		if r == nil {
			return refuse(text.UnknownRVG.With(name))
		}
		if i > 0 {
			out.WriteString("\n")
		}
		rds := d.rds(r)
		d.mu.Lock()
		if frozen {
			if r.frozen == nil {
				r.frozen = &rds
			}
			rds = *r.frozen
		}
		d.mu.Unlock()
		switch c.verb {
		case "repstatus":
			out.WriteString(report.Repstatus(rds, c.flags["-l"]))
		case "printrvg":
			out.WriteString(report.Printrvg(rds, d.site, c.flags["-l"]))
		default:
			out.WriteString(report.Printvol(rds, d.site))
		}
	}
	return result{Stdout: out.String()}
}

// onPrimary runs a command where it has to run, whichever site it was typed at.
func (d *Daemon) onPrimary(r *rvg, c commandLine, argv []string) result {
	name := r.Spec.Name
	d.mu.Lock()
	site := d.primarySite(r)
	half := r.Transition != nil && r.Transition.Phase == phaseHalf
	from := ""
	if r.Transition != nil {
		from = r.Transition.From
	}
	d.mu.Unlock()
	if site == d.site || half {
		return d.exclusively(r, c)
	}
	if site == "" && from != "" && c.verb == "migrate" {
		site = from // a half-done migrate is the coordinator's to finish
	}
	if site == "" {
		return refuse(text.NoPrimary.With(name))
	}
	p := d.peers[site]
	up := func() bool { d.mu.Lock(); defer d.mu.Unlock(); return p.connected() }
	if !up() {
		return refuse(text.PrimaryDown.With(p.cfg.Host, name))
	}
	client, err := wire.Dial(d.site, p.cfg.Dial, dialTimeout)
	if err != nil {
		return refuse(text.PrimaryDown.With(p.cfg.Host, name))
	}
	defer client.Close()
	var res result
	if err := client.Stream("command", forwarded{name, argv}, nil, &res, func(int) {}, up); err != nil {
		return result{ExitCode: 1, Stderr: text.LostConnection.With(p.cfg.Host)}
	}
	return res
}

// runForwarded runs what another site's vradmin asked for; that site has
// checked its log owner and asked its question already.
func (d *Daemon) runForwarded(f forwarded) result {
	c, err := parse(f.Argv)
	d.mu.Lock()
	r := d.rvgs[f.RVG]
	d.mu.Unlock()
	if err != nil || r == nil {
		return refuse(text.UnknownRVG.With(f.RVG))
	}
	return d.exclusively(r, c)
}

// exclusively runs one changing command at a time per RVG.
func (d *Daemon) exclusively(r *rvg, c commandLine) result {
	d.mu.Lock()
	if r.busy != "" {
		defer d.mu.Unlock()
		return refuse(text.AnotherCommand.With(r.busy, r.Spec.Name))
	}
	r.busy, r.Command = c.verb, c.verb
	d.save()
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		r.busy, r.Command = "", ""
		d.save()
	}()
	switch c.verb {
	case "takeover":
		return d.takeover(r, c)
	case "makesec":
		return d.makesec(r, c)
	}
	d.mu.Lock()
	t := copyOf(r.Transition)
	d.mu.Unlock()
	if t != nil && t.Phase == phaseHalf && c.verb == "migrate" {
		return d.finishHalf(r, *t, c.host)
	}
	site, reason := d.secondarySite(r, c)
	if reason != "" {
		return refuse(reason)
	}
	switch c.verb {
	case "migrate":
		return d.migrate(r, site)
	case "fbsync", "resync":
		return d.resyncCommand(r, c)
	}
	return d.linkCommand(r, c, site)
}

// secondarySite resolves the host argument; several Secondaries need one.
func (d *Daemon) secondarySite(r *rvg, c commandLine) (site, reason string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.Role != rolePrimary {
		return "", text.NotPrimary.With(r.Spec.Name)
	}
	if c.verb == "fbsync" || c.verb == "resync" {
		return "", ""
	}
	sites := siteNames(r.Links)
	for _, s := range sites {
		if c.host == s || c.host == d.hostOf(s) || (c.host == "" && len(sites) == 1) {
			return s, ""
		}
	}
	if c.host == "" && len(sites) > 1 {
		return "", text.NameTheHost.With(r.Spec.Name)
	}
	return "", text.UnknownHost.With(c.host, r.Spec.Name)
}
