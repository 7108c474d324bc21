package web

import (
	"reflect"
	"sync"
)

// solid replaces the nil slices of an answer by empty ones, so that a list without items is [] and never null:
// the description promises arrays, and no face asks twice.
func solid(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() && v.CanSet() && v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if v.Len() > 0 && holds(v.Type().Elem(), nil) {
			for i := range v.Len() {
				solid(v.Index(i))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() && holds(v.Type().Elem(), nil) {
			solid(v.Elem())
		}
	case reflect.Struct:
		for _, i := range holding(v.Type(), nil) {
			solid(v.Field(i))
		}
	default:
	}
}

var held sync.Map // reflect.Type of a struct → []int

// holding lists the fields of a struct in which a slice may be; a type that is
// looked into already (seen) may hold one.
func holding(t reflect.Type, seen []reflect.Type) (fields []int) {
	if kept, ok := held.Load(t); ok {
		fields, _ = kept.([]int)
		return fields
	}
	for i := range t.NumField() {
		if f := t.Field(i); (f.IsExported() || f.Anonymous) && holds(f.Type, append(seen, t)) {
			fields = append(fields, i)
		}
	}
	if len(seen) == 0 { // else it may have been found only because it was in seen
		held.Store(t, fields)
	}
	return fields
}

// holds tells whether a slice may be inside.
func holds(t reflect.Type, seen []reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice:
		return true
	case reflect.Pointer:
		return holds(t.Elem(), seen)
	case reflect.Struct:
		for _, s := range seen {
			if s == t {
				return true
			}
		}
		return len(holding(t, seen)) > 0
	default:
		return false
	}
}
