package web

import "reflect"

// solid replaces the nil slices of an answer by empty ones, so that a list without items is [] and never null:
// the description promises arrays, and no face asks twice.
func solid(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() && v.CanSet() && v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if holds(v.Type().Elem()) {
			for i := range v.Len() {
				solid(v.Index(i))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() && holds(v.Type().Elem()) {
			solid(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); (f.IsExported() || f.Anonymous) && holds(f.Type) {
				solid(v.Field(i))
			}
		}
	default:
	}
}

// holds tells whether a slice may be inside.
func holds(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Pointer, reflect.Struct:
		return true
	default:
		return false
	}
}
