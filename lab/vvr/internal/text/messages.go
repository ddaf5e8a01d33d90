package text

// Messages of vradmin. Their grammar "VxVM VVR vradmin SEVERITY V-5-52-n text"
// is recalled; so is the number 803. No document gives the texts
// of the refusals below, so they carry the number 0 and are the simulator's own:
// a caller may test the exit code, and may not match these words.
var (
	LostConnection = Phrase{"VxVM VVR vradmin ERROR V-5-52-803 Lost connection to host %s; terminating command execution.\n", Recalled}

	Refusal  = Phrase{"VxVM VVR vradmin ERROR V-5-52-0 %s\n", Own}
	NoDaemon = Phrase{"VxVM VVR vradmin ERROR V-5-52-0 Cannot connect to vradmind: %s\n", Own}
)

// Reasons that follow Refusal.
var (
	NotLogOwner      = Phrase{"Operation is not supported on node %s: the log owner of the disk group is %s.", Own}
	UnknownDG        = Phrase{"Disk group %s does not exist on this host.", Own}
	UnknownRVG       = Phrase{"RVG %s does not exist on this host.", Own}
	UnknownHost      = Phrase{"Host %s is not a Secondary of RVG %s.", Own}
	NameTheHost      = Phrase{"RVG %s has more than one Secondary: name the Secondary host.", Own}
	AnotherCommand   = Phrase{"Another command (%s) is in progress on RVG %s.", Own}
	NoPrimary        = Phrase{"The Primary of RVG %s cannot be determined.", Own}
	PrimaryDown      = Phrase{"Cannot reach the Primary host %s of RVG %s.", Own}
	NotPrimary       = Phrase{"RVG %s is not Primary on this host.", Own}
	NotSecondary     = Phrase{"RVG %s is not Secondary on this host.", Own}
	VolumesOpen      = Phrase{"Data volumes of RVG %s are open: %s.", Own}
	NotUpToDate      = Phrase{"Secondary %s of RVG %s is not up-to-date (%s).", Own}
	NotConnected     = Phrase{"RLINK to %s of RVG %s is not connected.", Own}
	IsDetached       = Phrase{"RLINK to %s of RVG %s is detached.", Own}
	IsAttached       = Phrase{"RLINK to %s of RVG %s is already attached.", Own}
	DCMActive        = Phrase{"DCM is active on the RLINK to %s of RVG %s: resynchronize first.", Own}
	DCMInactive      = Phrase{"DCM is not active on any RLINK of RVG %s.", Own}
	NoFailbackLog    = Phrase{"Failback logging is not active on RVG %s.", Own}
	PrimaryAlive     = Phrase{"Primary host %s of RVG %s is reachable: takeover refused, use migrate.", Own}
	IsInconsistent   = Phrase{"Secondary RVG %s is inconsistent: takeover refused.", Own}
	NoDCMOnVolume    = Phrase{"Volume %s of RVG %s has no DCM: use takeover -N.", Own}
	NotReturned      = Phrase{"Original Primary %s of RVG %s is not back as acting secondary.", Own}
	FailbackEnabled  = Phrase{"Fast failback is enabled for RVG %s: use fbsync on the Primary.", Own}
	NobodyTookOver   = Phrase{"Host %s is not the Primary of RVG %s.", Own}
	MigrateRemote    = Phrase{"Migrate of RVG %s failed on host %s: %s. Original configuration restored.", Own}
	MigrateRollback  = Phrase{"Migrate of RVG %s failed: %s. Original configuration restored.", Own}
	MigrateUnknown   = Phrase{"Migrate of RVG %s: result on host %s is unknown (%s); roles are settled when the host is reachable again.", Own}
	MigrateHalf      = Phrase{"Migrate of RVG %s stopped half-way: neither host is Primary.", Own}
	AskMigrate       = Phrase{"Have you stopped all the applications that use the data volumes of RVG %s ([y]es, [n]o)? (default: n): ", Recalled}
	AskStop          = Phrase{"Stop replication of RVG %s to %s ([y]es, [n]o)? (default: n): ", Recalled}
	Declined         = Phrase{"Command terminated by the user.", Own}
	AlreadyPaused    = Phrase{"RLINK to %s of RVG %s is paused already.", Own}
	NotPaused        = Phrase{"RLINK to %s of RVG %s is not paused.", Own}
	StartHow         = Phrase{"startrep needs one of -a, -c checkpoint, -f, -b.", Own}
	BunkerNotThere   = Phrase{"Bunker replication is not simulated.", Own}
	DaemonEnds       = Phrase{"vradmind is ending", Own}
	LastFrameLost    = Phrase{"the last writes were not acknowledged", Own}
	OpenAgain        = Phrase{"data volumes are open again (%d processes)", Own}
	WrittenTo        = Phrase{"data volumes were written to", Own}
	SimulatedFailure = Phrase{"simulated failure", Own}
)

// Reasons another site gives.
var (
	PeerNoRVG        = Phrase{"RVG %s does not exist on %s", Own}
	PeerIsPrimary    = Phrase{"RVG %s is Primary on %s", Own}
	PeerFollowsOther = Phrase{"RVG %s on %s replicates from %s", Own}
	PeerInTransition = Phrase{"RVG %s on %s is undergoing a state transition", Own}
	PeerNotReady     = Phrase{"RVG %s is %s on %s and may not be consistent", Own}
	PeerNotPrepared  = Phrase{"RVG %s on %s is not prepared for this change of role", Own}
	PeerLacksFrame   = Phrase{"RVG %s on %s does not have the last writes", Own}
)

// Mistakes on the command line; the usage text follows.
var (
	BadOptionValue   = Phrase{"Option %s needs a value.", Own}
	BadVerb          = Phrase{"Unknown command %q.", Own}
	BadOption        = Phrase{"%s does not know option %s.", Own}
	NoRVGNamed       = Phrase{"%s needs the name of an RVG.", Own}
	NoHostNamed      = Phrase{"%s needs the name of a host.", Own}
	TooManyArguments = Phrase{"%s has too many arguments.", Own}
)

// VolumeNotWritable is what attach says where the group is not Primary.
var (
	VolumeNotWritable = Phrase{"volume group %s is %s on %s: volume is not writable", Own}
	VolumeUnknown     = Phrase{"volume %s does not exist on %s", Own}
)

// Usage follows the synopsis of the manual page, for the verbs simulated here.
var Usage = Phrase{`Usage:
  vradmin [-g dg] {-a|-c ckpt|-f|-b} startrep rvg [sechost]
  vradmin [-g dg] [-f] [-s] stoprep rvg [sechost]
  vradmin [-g dg] pauserep rvg [sechost]
  vradmin [-g dg] resumerep rvg [sechost]
  vradmin [-g dg] [-s] migrate rvg [sechost]
  vradmin [-g dg] [-autofb] [-N] takeover rvg
  vradmin [-g dg] [-wait] fbsync rvg
  vradmin [-g dg] [-wait] resync rvg
  vradmin [-g dg] [-f] makesec rvg prihost
  vradmin [-g dg] [-l] printrvg [rvg...]
  vradmin [-g dg] printvol [rvg...]
  vradmin [-g dg] [-l] repstatus rvg
`, S28}
