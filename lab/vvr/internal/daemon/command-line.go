package daemon

import (
	"slices"

	"changeover.test/lab/vvr/internal/text"
)

// commandLine is a parsed vradmin invocation.
type commandLine struct {
	verb, dg, checkpoint string
	flags                map[string]bool
	rvgs                 []string // the RVG, or several for the print verbs
	host                 string
}

// flagsOf lists which options each verb knows (vradmin(1M) synopsis).
var flagsOf = map[string][]string{
	"startrep":  {"-a", "-f", "-b", "-c"},
	"stoprep":   {"-f", "-s"},
	"pauserep":  {},
	"resumerep": {},
	"migrate":   {"-s"},
	"takeover":  {"-autofb", "-N"},
	"fbsync":    {"-wait"},
	"resync":    {"-wait"},
	"makesec":   {"-f"},
	"printrvg":  {"-l"},
	"printvol":  {},
	"repstatus": {"-l"},
}

// hostAllowed: which verbs take a host after the RVG; makesec must have one.
var hostAllowed = []string{"startrep", "stoprep", "pauserep", "resumerep", "migrate", "makesec"}

func (c commandLine) reads() bool {
	return c.verb == "printrvg" || c.verb == "printvol" || c.verb == "repstatus"
}

// parse understands argv without the program's name.
func parse(argv []string) (commandLine, error) {
	c := commandLine{flags: map[string]bool{}}
	var rest []string
	for i := 0; i < len(argv); i++ {
		a := argv[i]
		switch {
		case a == "-g" || a == "-c":
			i++
			if i == len(argv) {
				return c, text.BadOptionValue.Error(a)
			}
			if a == "-g" {
				c.dg = argv[i]
			} else {
				c.checkpoint, c.flags["-c"] = argv[i], true
			}
		case len(a) > 1 && a[0] == '-':
			c.flags[a] = true
		case c.verb == "":
			c.verb = a
		default:
			rest = append(rest, a)
		}
	}
	known, ok := flagsOf[c.verb]
	if !ok {
		return c, text.BadVerb.Error(c.verb)
	}
	for f := range c.flags {
		if !slices.Contains(known, f) {
			return c, text.BadOption.Error(c.verb, f)
		}
	}
	if c.verb == "printrvg" || c.verb == "printvol" {
		c.rvgs = rest
		return c, nil
	}
	if len(rest) == 0 {
		return c, text.NoRVGNamed.Error(c.verb)
	}
	c.rvgs = rest[:1]
	if len(rest) > 1 && slices.Contains(hostAllowed, c.verb) {
		c.host = rest[1]
		rest = rest[1:]
	}
	if len(rest) > 1 {
		return c, text.TooManyArguments.Error(c.verb)
	}
	if c.verb == "makesec" && c.host == "" {
		return c, text.NoHostNamed.Error(c.verb)
	}
	return c, nil
}
