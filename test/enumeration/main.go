// Command enumeration holds the conditions of the rendered installation against what the rules in
// rules/ answered, over every case of a world that world.ts describes. It compiles and evaluates them
// with the API server's own packages: the same environment, the same compilers, the same limits.
//
//	enumeration -manifest dist/gmsa.yaml -world world.json -answers answers.bin
//
// It prints a Report as JSON.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"
)

// Report is what came of one run.
type Report struct {
	Cases int `json:"cases"`
	// Slices has the number of cases of each.
	Slices map[string]int `json:"slices"`
	// Witnesses counts whole objects, decoded on their own and found equal to what was composed.
	Witnesses int `json:"witnesses"`
	// Whole counts cases that went through the API server's matchers as well, with the same result.
	Whole int `json:"whole"`
	// Violations counts cases by what they break, such as "b pepr-gmsa.pepr.dev".
	Violations map[string]int `json:"violations"`
	// Examples has the first case of each.
	Examples map[string]Example `json:"examples"`
	Costs    []Cost             `json:"costs,omitempty"`
	Seconds  float64            `json:"seconds"`
}

// Example is a case that breaks something.
type Example struct {
	Slice     string         `json:"slice"`
	Case      int            `json:"case"`
	Detail    string         `json:"detail"`
	Object    map[string]any `json:"object"`
	OldObject map[string]any `json:"oldObject,omitempty"`
}

func main() {
	manifest := flag.String("manifest", "", "the rendered installation")
	world := flag.String("world", "", "the world, as world.ts writes it")
	answers := flag.String("answers", "", "one byte for each case, in their order")
	first := flag.Bool("first", false, "end with the first slice that breaks something")
	flag.Parse()
	report, err := run(*manifest, *world, *answers, *first)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(manifest, worldFile, answersFile string, first bool) (*Report, error) {
	started := time.Now()
	shipped, err := readShipped(manifest)
	if err != nil {
		return nil, err
	}
	world, err := readWorld(worldFile)
	if err != nil {
		return nil, err
	}
	answers, err := os.ReadFile(answersFile)
	if err != nil {
		return nil, err
	}
	if len(answers) != world.cases() {
		return nil, fmt.Errorf("%d answers for %d cases", len(answers), world.cases())
	}
	report := &Report{
		Slices:     map[string]int{},
		Violations: map[string]int{},
		Examples:   map[string]Example{},
	}
	for _, slice := range world.slices {
		if err := slice.holdAgainst(shipped, answers[:slice.cases()], report); err != nil {
			return nil, fmt.Errorf("%s: %w", slice.Name, err)
		}
		answers = answers[slice.cases():]
		if first && len(report.Violations) > 0 {
			break
		}
	}
	if !first {
		if report.Costs, err = costs(shipped); err != nil {
			return nil, err
		}
	}
	report.Seconds = time.Since(started).Seconds()
	return report, nil
}
