package podspec

import "testing"

func TestReferencesAreExpandedAsTheAPIReferenceSays(t *testing.T) {
	values := map[string]string{"A": "one", "EMPTY": ""}
	for text, want := range map[string]string{
		"$(A)":         "one",
		"x$(A)y$(A)":   "xoney" + "one",
		"$(EMPTY)":     "",
		"$(UNKNOWN)":   "$(UNKNOWN)",
		"$$(A)":        "$(A)",
		"$$$(A)":       "$one",
		"$A":           "$A",
		"$(A":          "$(A",
		"ends with $":  "ends with $",
		"no reference": "no reference",
	} {
		if got := Expand(text, values); got != want {
			t.Errorf("Expand(%q) = %q, want %q", text, got, want)
		}
	}
}
