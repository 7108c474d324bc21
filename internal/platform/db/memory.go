package db

import (
	"reflect"
	"sync"
)

// Memory is a database, or a transaction on it: what a node remembers of one
// belongs to it, so that two databases in one process never mix.
type Memory interface{ memory() *sync.Map }

func (d *DB) memory() *sync.Map { return &d.remembered }
func (t *Tx) memory() *sync.Map { return &t.d.remembered }

// Remembered is what this node keeps in memory of a database, one value for each
// type, zero at first. Whoever fills it answers for its freshness on all nodes.
func Remembered[T any](of Memory) *T {
	key := reflect.TypeFor[T]()
	v, there := of.memory().Load(key)
	if !there {
		v, _ = of.memory().LoadOrStore(key, new(T))
	}
	kept, _ := v.(*T)
	return kept
}
