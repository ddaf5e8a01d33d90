package image

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"testing"
)

// A random walk over a volume: whatever happens to it, shipping the difference
// of two looks must reproduce the later one, in memory and on disk, also when
// the spare directory is two frames behind, and by way of a manifest.
func TestDifferencesReproduceTheVolume(t *testing.T) {
	source, target := t.TempDir(), t.TempDir()
	random := rand.New(rand.NewSource(1))
	if err := os.Mkdir(source+"/v", 0o755); err != nil {
		t.Fatal(err)
	}
	volumes := []string{"v"}
	have, err := Scan(source, volumes, Empty())
	if err != nil {
		t.Fatal(err)
	}
	onDisk, far := Empty(), Empty() // what target and the Secondary's memory hold
	for round := 0; round < 300; round++ {
		for n := random.Intn(4); n >= 0; n-- {
			change(t, random, source+"/v")
		}
		now, err := Scan(source, volumes, have)
		if err != nil {
			t.Fatal(err)
		}
		base := far
		if round%7 == 0 {
			base = FromManifest(far.Manifest(), now)
		}
		delta, body := Diff(base, now)
		if far, err = Apply(far, delta, body); err != nil {
			t.Fatal(err)
		}
		if !Same(far, now) {
			t.Fatalf("round %d: applied image differs", round)
		}
		if round%3 == 0 {
			if err := Materialise(target, onDisk, far); err != nil {
				t.Fatal(err)
			}
			onDisk = far
			back, err := Scan(target, volumes, Empty())
			if err != nil || !Same(back, now) {
				t.Fatalf("round %d: directory differs (%v)", round, err)
			}
		}
		have = now
	}
}

func change(t *testing.T, random *rand.Rand, dir string) {
	t.Helper()
	name := filepath.Join(dir, fmt.Sprintf("f%d", random.Intn(5)))
	sub := filepath.Join(dir, fmt.Sprintf("d%d", random.Intn(2)))
	switch random.Intn(8) {
	case 0:
		_ = os.RemoveAll(name)
	case 1:
		_ = os.Truncate(name, random.Int63n(3*ChunkSize))
	case 2:
		_ = os.Mkdir(sub, 0o700+os.FileMode(random.Intn(64)))
	case 3:
		_ = os.Rename(name, filepath.Join(sub, "moved"))
	case 4:
		_ = os.RemoveAll(sub)
	case 5:
		_ = os.Remove(name)
		_ = os.Symlink("somewhere", name)
	default:
		f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return
		}
		defer f.Close()
		data := make([]byte, random.Intn(2*ChunkSize))
		random.Read(data)
		if _, err := f.WriteAt(data, random.Int63n(2*ChunkSize)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFrameThatDoesNotFitIsRefused(t *testing.T) {
	put := Put{Path: "v/f", At: Attributes{Kind: KindFile, Size: 4}, Ranges: []Range{{Offset: 2, Length: 4}}}
	if _, err := Apply(Empty(), Delta{Puts: []Put{put}}, []byte("abcd")); err == nil {
		t.Fatal("a range beyond the file was accepted")
	}
	put.Ranges = []Range{{Offset: 0, Length: 4}}
	if _, err := Apply(Empty(), Delta{Puts: []Put{put}}, []byte("abcdefgh")); err == nil {
		t.Fatal("bytes nobody announced were accepted")
	}
}

func TestAFileWrittenJustNowIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/v", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/v/f", []byte("one"), 0o644); err != nil {
		t.Fatal(err)
	}
	first, err := Scan(dir, []string{"v"}, Empty())
	if err != nil {
		t.Fatal(err)
	}
	second, err := Scan(dir, []string{"v"}, first)
	if err != nil {
		t.Fatal(err)
	}
	if first.Entries["v/f"] == second.Entries["v/f"] {
		t.Fatal("a fresh file's times were trusted")
	}
	if !Same(first, second) {
		t.Fatal("equal content counts as a change")
	}
}
