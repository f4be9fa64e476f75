// Command canonicaljson prints how Go writes decoded JSON: a table of input texts and the output of
// json.Marshal for the values they decode to. kubernetes-sigs/windows-gmsa writes the contents it
// puts into Pods this way, so the tests of canonicalJson compare against this table.
//
// To write the table again:
//
//	go run . > ../../test/fixtures/canonical-json.json
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf16"
)

// testCase is one row of the table. Input and Canonical are JSON texts.
type testCase struct {
	Name      string `json:"name"`
	Input     string `json:"input"`
	Canonical string `json:"canonical"`
}

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(out io.Writer) error {
	cases := inputs()
	names := map[string]bool{}
	for i := range cases {
		c := &cases[i]
		if names[c.Name] {
			return fmt.Errorf("%s: name used twice", c.Name)
		}
		names[c.Name] = true
		canonical, err := canonicalOf(c.Input)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		c.Canonical = canonical
	}

	var table bytes.Buffer
	encoder := json.NewEncoder(&table)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(cases); err != nil {
		return err
	}
	_, err := io.WriteString(out, escapeInvisible(table.String()))
	return err
}

// canonicalOf decodes a JSON text and encodes it again. It does so twice, once with the numbers of
// encoding/json (float64 only) and once with those of Kubernetes' unstructured objects (int64 where
// it fits). It rejects a text for which they differ, because such a row would have two correct
// results.
func canonicalOf(input string) (string, error) {
	var plain any
	if err := json.Unmarshal([]byte(input), &plain); err != nil {
		return "", err
	}
	canonical, err := json.Marshal(plain)
	if err != nil {
		return "", err
	}

	decoder := json.NewDecoder(strings.NewReader(input))
	decoder.UseNumber()
	var numbers any
	if err := decoder.Decode(&numbers); err != nil {
		return "", err
	}
	unstructured, err := json.Marshal(withInt64(numbers))
	if err != nil {
		return "", err
	}
	if !bytes.Equal(canonical, unstructured) {
		return "", fmt.Errorf("two ways to write it: %s and %s", canonical, unstructured)
	}
	return string(canonical), nil
}

// withInt64 replaces each json.Number by an int64 if it is written as an integer and fits, and by
// a float64 otherwise.
func withInt64(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			v[key] = withInt64(member)
		}
	case []any:
		for i, element := range v {
			v[i] = withInt64(element)
		}
	case json.Number:
		if integer, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return integer
		}
		float, err := v.Float64()
		if err != nil {
			panic(err) // json.Unmarshal has already accepted the same text.
		}
		return float
	}
	return value
}

// escapeInvisible writes DEL and everything beyond ASCII as \u escapes. Such characters occur only
// within strings here, so the table keeps its meaning, is readable, and is not changed by editors.
func escapeInvisible(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r < 0x7f {
			out.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&out, `\u%04x`, unit)
		}
	}
	return out.String()
}
