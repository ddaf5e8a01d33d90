// Package podspec reads a pod's specification: variables, environment, what this kubelet cannot do.
// It asks nobody; what must be looked up is passed in.
package podspec

import "strings"

// Expand replaces $(NAME) by its value, keeps an unknown reference as it stands and turns $$ into $,
// as the API reference of Container.command says.
func Expand(text string, values map[string]string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '$' || i+1 == len(text) {
			out.WriteByte(text[i])
			continue
		}
		switch text[i+1] {
		case '$':
			out.WriteByte('$')
			i++
		case '(':
			length := strings.IndexByte(text[i+2:], ')')
			if length < 0 {
				out.WriteByte('$')
				continue
			}
			name := text[i+2 : i+2+length]
			if value, known := values[name]; known {
				out.WriteString(value)
			} else {
				out.WriteString("$(" + name + ")")
			}
			i += 2 + length
		default:
			out.WriteByte('$')
		}
	}
	return out.String()
}

// ExpandAll expands every element of a list.
func ExpandAll(list []string, values map[string]string) []string {
	out := make([]string, 0, len(list))
	for _, text := range list {
		out = append(out, Expand(text, values))
	}
	return out
}
