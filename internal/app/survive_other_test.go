//go:build !linux

package app

import "os"

// nodeMain is the program of a test's node.
func nodeMain() int { return Main(os.Args, os.Stdout, os.Stderr) }
