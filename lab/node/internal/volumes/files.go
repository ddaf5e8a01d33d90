package volumes

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	v1 "k8s.io/api/core/v1"

	"changeover.test/lab/node/internal/podspec"
)

type file struct {
	data []byte
	mode int32
}

// writeFiles makes the folder hold exactly these files. Each file changes at once (rename), so that a
// container that reads during a refresh never sees half of one.
func writeFiles(folder string, files map[string]file) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := writeFile(filepath.Join(folder, name), content); err != nil {
			return err
		}
	}
	return filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if _, wanted := files[relative]; wanted {
			return nil
		}
		return os.Remove(path)
	})
}

func writeFile(path string, content file) error {
	if existing, err := os.ReadFile(path); err == nil && bytes.Equal(existing, content.data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	fresh := path + ".new"
	if err := os.WriteFile(fresh, content.data, 0o600); err != nil {
		return err
	}
	// The mode is set apart because WriteFile's is cut by the umask.
	return errors.Join(os.Chmod(fresh, os.FileMode(content.mode)), os.Rename(fresh, path))
}

// keySelection is what configMap, secret and their projections have in common.
type keySelection struct {
	kind, name string
	items      []v1.KeyToPath
	mode       *int32
	optional   *bool
}

func selectKeys(data map[string][]byte, selection keySelection) (map[string]file, error) {
	files := map[string]file{}
	if data == nil {
		if boolValue(selection.optional) {
			return files, nil
		}
		return nil, podspec.MissingError{What: fmt.Sprintf("%s %q not found", selection.kind, selection.name)}
	}
	if len(selection.items) == 0 {
		for key, value := range data {
			files[key] = file{value, modeOr(nil, selection.mode)}
		}
		return files, nil
	}
	for _, item := range selection.items {
		value, found := data[item.Key]
		if !found && !boolValue(selection.optional) {
			return nil, podspec.MissingError{What: fmt.Sprintf("%s %q references non-existent key: %s", selection.kind, selection.name, item.Key)}
		}
		if found {
			files[filepath.Clean(item.Path)] = file{value, modeOr(item.Mode, selection.mode)}
		}
	}
	return files, nil
}
