// Command testsum reads `go test -json` and prints what a person wants to know: a line per package, the output
// of what failed, and the sum. A skipped test is a failure: on a full run everything that is needed is there.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

type event struct {
	Action, Package, Test, Output string
	ImportPath                    string // of build events
	Elapsed                       float64
}

type key struct{ pkg, test string }

type sum struct {
	out                     io.Writer
	verbose                 bool
	passed, failed, skipped int
	perPackage              map[string]int
	output                  map[key][]string
	skips                   []string
	problems                int
}

func main() {
	verbose := flag.Bool("v", false, "pass all test output through as it comes")
	file := flag.String("o", "", "append the counts to this file: passed failed")
	flag.Parse()
	s := &sum{out: os.Stdout, verbose: *verbose, perPackage: map[string]int{}, output: map[key][]string{}}
	if err := s.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(2)
	}
	ok := s.finish()
	if *file != "" {
		if err := appendTo(*file, fmt.Sprintf("%d %d\n", s.passed, s.failed+s.skipped)); err != nil {
			fmt.Fprintln(os.Stderr, "testsum:", err)
			os.Exit(2)
		}
	}
	if !ok {
		os.Exit(1)
	}
}

func appendTo(name, line string) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(line); err != nil {
		return err
	}
	return f.Close()
}

func (s *sum) read(r io.Reader) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 64<<20)
	for in.Scan() {
		var e event
		if json.Unmarshal(in.Bytes(), &e) != nil {
			// What is not JSON is the go command itself speaking, and worth reading.
			fmt.Fprintln(s.out, in.Text())
			continue
		}
		s.take(e)
	}
	return in.Err()
}

func (s *sum) take(e event) {
	k := key{e.Package, e.Test}
	switch e.Action {
	case "output":
		if s.verbose {
			fmt.Fprint(s.out, e.Output)
		}
		s.output[k] = append(s.output[k], e.Output)
	case "build-output":
		fmt.Fprint(s.out, e.Output)
	case "build-fail":
		s.problems++
	case "pass", "fail", "skip":
		if e.Test == "" {
			s.endPackage(e)
		} else {
			s.endTest(e, k)
		}
	}
}

func (s *sum) endTest(e event, k key) {
	s.perPackage[e.Package]++
	switch e.Action {
	case "pass":
		s.passed++
	case "fail":
		s.failed++
		s.show(k)
	case "skip":
		s.skipped++
		s.skips = append(s.skips, e.Package+" "+e.Test)
	}
	delete(s.output, k)
}

func (s *sum) endPackage(e event) {
	switch n := s.perPackage[e.Package]; {
	case e.Action == "fail":
		s.problems++
		s.show(key{e.Package, ""})
		s.showUnfinished(e.Package)
		fmt.Fprintf(s.out, "FAIL  %-52s %5d tests %7.1fs\n", e.Package, n, e.Elapsed)
	case n > 0:
		fmt.Fprintf(s.out, "ok    %-52s %5d tests %7.1fs\n", e.Package, n, e.Elapsed)
	}
	delete(s.output, key{e.Package, ""})
}

func (s *sum) show(k key) {
	if s.verbose {
		return
	}
	for _, line := range s.output[k] {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Fprint(s.out, line)
		}
	}
}

// showUnfinished prints what tests had said that never ended: a panic or a deadline takes the process with it.
func (s *sum) showUnfinished(pkg string) {
	var open []string
	for k := range s.output {
		if k.pkg == pkg && k.test != "" {
			open = append(open, k.test)
		}
	}
	slices.Sort(open)
	for _, test := range open {
		s.show(key{pkg, test})
		delete(s.output, key{pkg, test})
	}
}

func (s *sum) finish() bool {
	for _, skip := range s.skips {
		fmt.Fprintln(s.out, "skipped:", skip)
	}
	fmt.Fprintf(s.out, "%d passed, %d failed, %d skipped\n", s.passed, s.failed, s.skipped)
	if s.passed == 0 {
		fmt.Fprintln(s.out, "no test ran")
	}
	return s.failed == 0 && s.problems == 0 && s.skipped == 0 && s.passed > 0
}
