package text

// What vxprint -l prints of a volume. The layout is recalled from VxVM; no
// public document was found that gives it, so a caller relies on the flags only.
var (
	VxprintVolume = Phrase{"Volume:   %s\ninfo:     len=%d\nstate:    state=ACTIVE kernel=ENABLED\nflags:    %s\n\n", Recalled}
	FlagsOpen     = Phrase{"open writecopy writeback", Recalled}
	FlagsClosed   = Phrase{"closed writecopy writeback", Recalled}
	VxprintUsage  = Phrase{"Usage: vxprint -g diskgroup -l volume ...\n", Own}
)
