// Package web carries the built faces inside the program.
package web

import (
	"embed"
	"io/fs"
)

// dist/.gitkeep is committed, so the program builds before the faces have been.
//
//go:embed all:dist
var dist embed.FS

// FS has the entry documents at its root: console.html, technician.html, assets/. Each
// compressible file is there twice, under its name with .br and with .gz.
var FS = root()

func root() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a constant valid path
	}
	return sub
}
