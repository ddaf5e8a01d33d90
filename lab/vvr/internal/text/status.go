package text

// Field names of `vradmin -l repstatus`, in print order.
var (
	ReplicatedDataSet = Phrase{"Replicated Data Set: %s", S29}
	PrimaryBlock      = Phrase{"Primary:", S29}
	SecondaryBlock    = Phrase{"Secondary:", S29}
	ConfigErrors      = Phrase{"Config Errors:", S29}
	HostName          = Phrase{"Host name", S29}
	RVGName           = Phrase{"RVG name", S29}
	DGName            = Phrase{"DG name", S29}
	RVGState          = Phrase{"RVG state", S29}
	DataVolumes       = Phrase{"Data volumes", S29}
	VSets             = Phrase{"VSets", S30}
	SRLName           = Phrase{"SRL name", S29}
	SRLSize           = Phrase{"SRL size", S29}
	TotalSecondaries  = Phrase{"Total secondaries", S29}
	RlinkFrom         = Phrase{"Rlink from Primary", S29}
	RlinkTo           = Phrase{"Rlink to Primary", S29}
	ConfiguredMode    = Phrase{"Configured mode", S29}
	LatencyProtection = Phrase{"Latency protection", S29}
	SRLProtection     = Phrase{"SRL protection", S29}
	DataStatus        = Phrase{"Data status", S29}
	ReplicationStatus = Phrase{"Replication status", S29}
	CurrentMode       = Phrase{"Current mode", S29}
	LoggingTo         = Phrase{"Logging to", S29}
	TimestampInfo     = Phrase{"Timestamp Information", S29}
	BandwidthLimit    = Phrase{"Bandwidth Limit", S29}
	CompressionMode   = Phrase{"Compression Mode", S30}
)

// Values of those fields.
var (
	NotApplicable = Phrase{"N/A", S30}
	Off           = Phrase{"Off", S30}

	StateEnabled  = Phrase{"enabled for I/O", S30}
	StateDisabled = Phrase{"disabled for I/O", Recalled}
	StateActing   = Phrase{"acting secondary", Recalled}
	StateCommand  = Phrase{" (%s in progress)", Own}

	DataUpToDate     = Phrase{"consistent, up-to-date", S30}
	DataBehind       = Phrase{"consistent, behind", Recalled}
	DataStale        = Phrase{"consistent, stale", Recalled}
	DataInconsistent = Phrase{"inconsistent", S29}

	Replicating         = Phrase{"replicating (connected)", S30}
	PausedByUser        = Phrase{"paused by user", Recalled}
	PausedDisconnected  = Phrase{"paused due to network disconnection", Recalled}
	Stopped             = Phrase{"stopped", Recalled}
	NeedsDCMResync      = Phrase{"logging to DCM (needs dcm resynchronization)", Recalled}
	NeedsFailback       = Phrase{"needs failback synchronization", Recalled}
	ResyncAutosync      = Phrase{"resync in progress (autosync)", S29}
	ResyncDCM           = Phrase{"resync in progress (dcm resynchronization)", Recalled}
	ResyncFailback      = Phrase{"resync in progress (failback resynchronization)", Recalled}
	ResyncPaused        = Phrase{"resync paused due to network disconnection", Recalled}
	NotReplicatingState = Phrase{"not replicating", Recalled}

	LogSRL         = Phrase{"SRL", S30}
	LogSRLBehind   = Phrase{"SRL (%d Kbytes behind, %d %% full)", Recalled}
	LogDCM         = Phrase{"DCM (contains %d Kbytes)", S29}
	LogDCMAutosync = Phrase{"DCM (contains %d Kbytes) (autosync)", S29}
	LogDCMFailback = Phrase{"DCM (contains %d Kbytes) (failback logging)", Recalled}

	BehindBy      = Phrase{"behind by  %dh %dm %ds", S30} // two spaces after "by"
	BandwidthMbps = Phrase{"%.2f Mbps", S29}
)

// Lines of the Config Errors block.
var (
	ErrUnreachable    = Phrase{"Pri or Sec IP not available or vradmind not running, stale information", Recalled}
	ErrPrimaryPrimary = Phrase{"Primary-Primary configuration", Recalled}
	ErrNoPrimary      = Phrase{"no Primary RVG in this RDS", Own}
	ErrNoRVG          = Phrase{"RVG %s does not exist on this host", Own}
	ErrVolumes        = Phrase{"data volumes of the Secondary do not match those of the Primary", Recalled}
)

// printrvg and printvol.
var (
	RvgHostName  = Phrase{"HostName: %s", S30}
	RvgLocalHost = Phrase{" <localhost>", S30}
	RvgRvgName   = Phrase{"RvgName: %s", S30}
	RvgDgName    = Phrase{"DgName: %s", S30}
	RvgState     = Phrase{"RvgState: %s", Own}
	RvgVolumes   = Phrase{"datavol_cnt: %d", Recalled}
	RvgVSets     = Phrase{"vset_cnt: %d", Recalled}
	RvgSRL       = Phrase{"srl: %s", Recalled}
	RvgRLinks    = Phrase{"RLinks:", Recalled}
	RvgRLink     = Phrase{"name=%s, detached=%s, synchronous=%s, latencyprot=%s, srlprot=%s", Recalled}

	VolHeader    = Phrase{"TY", S30}
	VolPrimary   = Phrase{"PRIMARY", S30}
	VolSecondary = Phrase{"SECONDARY", S30}
	VolHost      = Phrase{"h", S30}
	VolDG        = Phrase{"dg", S30}
	VolRV        = Phrase{"rv", S30}
	VolName      = Phrase{"v", S30}
	VolSize      = Phrase{"sz", S30} // in sectors of 512 bytes
	VolPlexes    = Phrase{"pn", S30}
	VolFlags     = Phrase{"fl", S30}
	VolDCM       = Phrase{"DCM", S30}
	VolNothing   = Phrase{"-", Recalled}
)
