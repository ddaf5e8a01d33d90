// Package text is the one place where everything vradmin prints stands, each
// phrase with its origin: verified in a public document, recalled from the
// product without a document at hand, or the simulator's own wording. Parsers
// may rely on verified phrases only.
package text

import (
	"errors"
	"fmt"
)

// Origin says where a phrase comes from.
type Origin string

// Origins. The S numbers are those of the list in ../../README.md.
const (
	S28      Origin = "verified S28" // vradmin(1M), SF 5.0
	S29      Origin = "verified S29" // "Displaying Consolidated Replication Status", VVR 4.1
	S30      Origin = "verified S30" // "Volume replicator – Command reference"
	Recalled Origin = "recalled"
	Own      Origin = "simulator's own"
)

// Phrase is a printed text (a format when it has verbs) and its origin.
type Phrase struct {
	Text   string
	Origin Origin
}

// String is the plain text.
func (p Phrase) String() string { return p.Text }

// With fills the format.
func (p Phrase) With(args ...any) string { return fmt.Sprintf(p.Text, args...) }

// Error is the filled format as an error.
func (p Phrase) Error(args ...any) error { return errors.New(p.With(args...)) }
