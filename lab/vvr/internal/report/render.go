package report

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"changeover.test/lab/vvr/internal/text"
)

// column is where values start: two spaces of indent, then name and colon.
const column = 28

func field(b *strings.Builder, name text.Phrase, value string) {
	fmt.Fprintf(b, "  %-*s%s\n", column, name.Text+":", value)
}

// Repstatus renders `vradmin [-l] repstatus rvg`.
func Repstatus(r RDS, long bool) string {
	var b strings.Builder
	b.WriteString(text.ReplicatedDataSet.With(r.Name) + "\n")
	if r.Primary != nil {
		b.WriteString(text.PrimaryBlock.Text + "\n")
		member(&b, *r.Primary)
		field(&b, text.RVGState, r.Primary.State)
		field(&b, text.DataVolumes, fmt.Sprint(len(r.Primary.Volumes)))
		field(&b, text.VSets, "0")
		field(&b, text.SRLName, r.Primary.SRL)
		field(&b, text.SRLSize, size(r.Primary.SRLSize))
		field(&b, text.TotalSecondaries, fmt.Sprint(len(r.Secondaries)))
	}
	for _, s := range r.Secondaries {
		b.WriteString("\n" + text.SecondaryBlock.Text + "\n")
		member(&b, s.Member)
		if long {
			field(&b, text.RlinkFrom, s.RlinkFrom)
			field(&b, text.RlinkTo, s.RlinkTo)
			field(&b, text.ConfiguredMode, s.Mode)
			field(&b, text.LatencyProtection, s.Latency)
			field(&b, text.SRLProtection, s.Protection)
		}
		field(&b, text.DataStatus, s.Data)
		field(&b, text.ReplicationStatus, s.Replication)
		field(&b, text.CurrentMode, s.Mode)
		field(&b, text.LoggingTo, s.Logging)
		field(&b, text.TimestampInfo, s.Timestamp)
		field(&b, text.BandwidthLimit, s.Bandwidth)
		field(&b, text.CompressionMode, text.Off.Text)
	}
	configErrors(&b, r.Errors)
	return b.String()
}

func member(b *strings.Builder, m Member) {
	field(b, text.HostName, m.Host)
	field(b, text.RVGName, m.RVG)
	field(b, text.DGName, m.DG)
}

func configErrors(b *strings.Builder, errors []ConfigError) {
	if len(errors) == 0 {
		return
	}
	b.WriteString("\n" + text.ConfigErrors.Text + "\n")
	for _, e := range errors {
		fmt.Fprintf(b, "  %-*s%s\n", column, e.Host+":", e.Text)
	}
}

// Printrvg renders `vradmin [-l] printrvg`; local is this site.
func Printrvg(r RDS, local string, long bool) string {
	var b strings.Builder
	b.WriteString(text.ReplicatedDataSet.With(r.Name) + "\n")
	if r.Primary != nil {
		b.WriteString(text.PrimaryBlock.Text + "\n")
		rvgMember(&b, *r.Primary, local, long)
		if long && len(r.Secondaries) > 0 {
			b.WriteString("  " + text.RvgRLinks.Text + "\n")
			for _, s := range r.Secondaries {
				rlink(&b, s.RlinkFrom, s)
			}
		}
	}
	for _, s := range r.Secondaries {
		b.WriteString(text.SecondaryBlock.Text + "\n")
		rvgMember(&b, s.Member, local, long)
		if long {
			b.WriteString("  " + text.RvgRLinks.Text + "\n")
			rlink(&b, s.RlinkTo, s)
		}
	}
	if long {
		configErrors(&b, r.Errors)
	}
	return b.String()
}

func rvgMember(b *strings.Builder, m Member, local string, long bool) {
	host := text.RvgHostName.With(m.Host)
	if m.Site == local {
		host += text.RvgLocalHost.Text
	}
	lines := []string{host, text.RvgRvgName.With(m.RVG), text.RvgDgName.With(m.DG)}
	if long {
		lines = append(lines, text.RvgState.With(m.State), text.RvgVolumes.With(len(m.Volumes)), text.RvgVSets.With(0), text.RvgSRL.With(m.SRL))
	}
	for _, l := range lines {
		b.WriteString("  " + l + "\n")
	}
}

func rlink(b *strings.Builder, name string, s Secondary) {
	b.WriteString("    " + text.RvgRLink.With(name, onOff(s.Detached), onOff(s.Mode == "synchronous"), s.Latency, s.Protection) + "\n")
}

func onOff(v bool) string {
	if v {
		return "on"
	}
	return "off"
}

// Printvol renders `vradmin printvol`: one column per host, volumes matched by name.
func Printvol(r RDS, local string) string {
	var out strings.Builder
	out.WriteString(text.ReplicatedDataSet.With(r.Name) + "\n")
	members := []Member{}
	header := []string{text.VolHeader.Text}
	if r.Primary != nil {
		members = append(members, *r.Primary)
		header = append(header, text.VolPrimary.Text)
	}
	for _, s := range r.Secondaries {
		members = append(members, s.Member)
		header = append(header, text.VolSecondary.Text)
	}
	w := tabwriter.NewWriter(&out, 0, 8, 2, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(w, strings.Join(cells, "\t")) }
	each := func(kind text.Phrase, value func(Member) string) {
		cells := []string{kind.Text}
		for _, m := range members {
			cells = append(cells, value(m))
		}
		row(cells...)
	}
	row(header...)
	each(text.VolHost, func(m Member) string {
		if m.Site == local {
			return m.Host + text.RvgLocalHost.Text
		}
		return m.Host
	})
	each(text.VolDG, func(m Member) string { return m.DG })
	each(text.VolRV, func(m Member) string { return m.RVG })
	for _, name := range volumeNames(members) {
		row(make([]string, len(members)+1)...) // an empty line would end the columns
		each(text.VolName, volumeCell(name, func(v Volume) string { return v.Name }))
		each(text.VolSize, volumeCell(name, func(v Volume) string { return fmt.Sprint(v.SizeBytes / 512) }))
		each(text.VolPlexes, volumeCell(name, func(Volume) string { return "1" }))
		each(text.VolFlags, volumeCell(name, func(v Volume) string {
			if v.DCM {
				return text.VolDCM.Text
			}
			return text.VolNothing.Text
		}))
	}
	_ = w.Flush()
	return out.String()
}

func volumeNames(members []Member) []string {
	var names []string
	seen := map[string]bool{}
	for _, m := range members {
		for _, v := range m.Volumes {
			if !seen[v.Name] {
				seen[v.Name] = true
				names = append(names, v.Name)
			}
		}
	}
	return names
}

func volumeCell(name string, show func(Volume) string) func(Member) string {
	return func(m Member) string {
		for _, v := range m.Volumes {
			if v.Name == name {
				return show(v)
			}
		}
		return text.VolNothing.Text
	}
}

func size(bytes int64) string {
	if bytes >= 1<<30 {
		return fmt.Sprintf("%.2f G", float64(bytes)/(1<<30))
	}
	return fmt.Sprintf("%.2f M", float64(bytes)/(1<<20))
}
