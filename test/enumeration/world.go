package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
)

// World is the set of all cases: slices, each the product of alphabets.
type World struct {
	slices []*Slice
}

// Slice is requests of one kind. A case chooses a letter of each alphabet: first of those that both
// objects share, then of the object's, then of the old object's; the last one changes fastest.
type Slice struct {
	Name        string   `json:"name"`
	APIVersion  string   `json:"apiVersion"`
	Kind        string   `json:"kind"`
	Resource    string   `json:"resource"`
	Subresource string   `json:"subresource"`
	Operation   string   `json:"operation"`
	Shared      []string `json:"shared"`
	Object      []string `json:"object"`
	OldObject   []string `json:"oldObject"`
	// Exact: requests that are sent always have something to check, not only GMSA somewhere.
	Exact bool `json:"exact"`
	// Witnesses are some of the cases, as the rules received them.
	Witnesses []Witness `json:"witnesses"`

	shared, object, oldObject []*alphabet
}

// Witness is the objects of one case in full.
type Witness struct {
	Case      int            `json:"case"`
	Object    map[string]any `json:"object"`
	OldObject map[string]any `json:"oldObject"`
}

// alphabet is a set of fragments of objects. The fragments of an alphabet set the same fields, each
// differently.
type alphabet struct {
	letters []letter
	// fields has the names of the fields that they set, by part of the object.
	fields map[string]map[string]bool
	// same has for each letter the first letter that the API server reads in the same way.
	same []int
}

// letter is a fragment as the API server reads it. absent means that there is no object.
type letter struct {
	absent         bool
	metadata, spec map[string]any
	// whole is the whole object, for kinds that are not composed of fragments.
	whole map[string]any
}

type key struct{ group, name string }

func readWorld(file string) (*World, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var raw struct {
		Alphabets map[string][]map[string]any `json:"alphabets"`
		Slices    []*Slice                    `json:"slices"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	known := map[key]*alphabet{}
	for _, slice := range raw.Slices {
		for names, into := range map[*[]string]*[]*alphabet{
			&slice.Shared: &slice.shared, &slice.Object: &slice.object, &slice.OldObject: &slice.oldObject,
		} {
			for _, name := range *names {
				id := key{slice.Kind, name}
				if known[id] == nil {
					fragments, found := raw.Alphabets[name]
					if !found {
						return nil, fmt.Errorf("there is no alphabet %q", name)
					}
					if known[id], err = slice.read(fragments); err != nil {
						return nil, fmt.Errorf("alphabet %q: %w", name, err)
					}
				}
				*into = append(*into, known[id])
			}
		}
		if err := slice.checkWitnesses(); err != nil {
			return nil, fmt.Errorf("%s: %w", slice.Name, err)
		}
	}
	return &World{raw.Slices}, nil
}

func (w *World) cases() int {
	count := 0
	for _, slice := range w.slices {
		count += slice.cases()
	}
	return count
}

func size(alphabets []*alphabet) int {
	count := 1
	for _, alphabet := range alphabets {
		count *= len(alphabet.letters)
	}
	return count
}

func (s *Slice) cases() int { return size(s.shared) * size(s.object) * size(s.oldObject) }

func (s *Slice) gvk() schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(s.APIVersion, s.Kind)
}

// read decodes each fragment alone, as the API server does, and keeps the alphabet's fields. The
// witnesses check that a whole object is only the sum of its fragments.
func (s *Slice) read(fragments []map[string]any) (*alphabet, error) {
	fields := map[string]map[string]bool{"metadata": {}, "spec": {}}
	for _, fragment := range fragments {
		for part, names := range fields {
			if values, ok := fragment[part].(map[string]any); ok {
				for name := range values {
					names[name] = true
				}
			}
		}
	}
	result := &alphabet{fields: fields}
	for _, fragment := range fragments {
		if fragment == nil {
			result.letters = append(result.letters, letter{absent: true})
			continue
		}
		whole, err := s.decode(fragment)
		if err != nil {
			return nil, err
		}
		result.letters = append(result.letters, letter{
			metadata: only(whole["metadata"], fields["metadata"]),
			spec:     only(whole["spec"], fields["spec"]),
			whole:    whole,
		})
	}
	firsts := map[string]int{}
	for i, letter := range result.letters {
		text, err := json.Marshal(letter.whole)
		if err != nil {
			return nil, err
		}
		first, found := firsts[string(text)]
		if !found {
			first, firsts[string(text)] = i, i
		}
		result.same = append(result.same, first)
	}
	return result, nil
}

// only returns these fields, with nil for absent ones.
func only(values any, names map[string]bool) map[string]any {
	result := map[string]any{}
	given, _ := values.(map[string]any)
	for name := range names {
		if value, found := given[name]; found {
			result[name] = value
		} else {
			result[name] = absent
		}
	}
	return result
}

// absent distinguishes a missing field from a null field.
var absent = new(int)

// decode reads an object as the API server reads a request, including defaults, and returns the
// form that webhooks and conditions receive.
func (s *Slice) decode(object map[string]any) (map[string]any, error) {
	given := maps.Clone(object)
	given["apiVersion"], given["kind"] = s.APIVersion, s.Kind
	if !legacyscheme.Scheme.Recognizes(s.gvk()) {
		// Custom resources are not converted.
		return given, nil
	}
	text, err := json.Marshal(given)
	if err != nil {
		return nil, err
	}
	internal, _, err := legacyscheme.Codecs.UniversalDecoder().Decode(text, nil, nil)
	if err != nil {
		return nil, err
	}
	versioned, err := legacyscheme.Scheme.ConvertToVersion(internal, s.gvk().GroupVersion())
	if err != nil {
		return nil, err
	}
	return runtime.DefaultUnstructuredConverter.ToUnstructured(versioned)
}

// checkWitnesses decodes whole objects, and compares each with the one composed of its fragments.
func (s *Slice) checkWitnesses() error {
	composer, err := s.composer()
	if err != nil {
		return err
	}
	for _, witness := range s.Witnesses {
		object, old := composer.at(witness.Case).objects()
		for _, pair := range []struct {
			raw      map[string]any
			composed *unstructured.Unstructured
		}{{witness.Object, object}, {witness.OldObject, old}} {
			if (pair.raw == nil) != (pair.composed == nil) {
				return fmt.Errorf("case %d: one side has an object, the other has none", witness.Case)
			}
			if pair.raw == nil {
				continue
			}
			decoded, err := s.decode(pair.raw)
			if err != nil {
				return fmt.Errorf("case %d: %w", witness.Case, err)
			}
			if !reflect.DeepEqual(decoded, pair.composed.Object) {
				return fmt.Errorf("case %d: composed %v, decoded %v", witness.Case, pair.composed.Object, decoded)
			}
		}
	}
	return nil
}
