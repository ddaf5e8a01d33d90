// Package child is the part of the kubelet that runs inside a container: a re-executed copy of the
// program builds the container's root, or enters an existing one, and then becomes the command.
//
// It imports the standard library and x/sys only, and it acts from its package initialiser: Go
// initialises packages in the order of their import paths as soon as their own dependencies are
// ready, so the copy is on its way before the Kubernetes client's large packages are initialised.
// That keeps "pod bound to process running" short.
package child

// InitName and EnterName are the values of argv[0] by which a copy of the program knows its part.
const (
	InitName  = "kubelet-init"
	EnterName = "kubelet-enter"
)

// File descriptors handed to the copy.
const (
	SpecFD   = 3 // one JSON Spec, then end of file
	ErrorFD  = 4 // closed by a successful exec; otherwise carries the error's text
	MountFD  = 5 // EnterName only: the container's mount namespace
	UtsFD    = 6 // EnterName only: the container's UTS namespace
	maxError = 4096
)

// Mount is one bind mount into the container's root. Target is absolute inside the root.
type Mount struct {
	Source   string
	Target   string
	ReadOnly bool
	// Host marks a folder that is shown at its own path; a symbolic link there is copied as a link.
	Host bool
}

// Spec says what a container or an exec looks like and what it runs.
type Spec struct {
	// Root is an existing empty folder on the host; the private root is mounted over it.
	// Unused by EnterName.
	Root     string
	Hostname string
	Mounts   []Mount
	Args     []string
	Env      []string
	Dir      string
	UID      *int64
	GID      *int64
}
