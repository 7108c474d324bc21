package db

import (
	"context"
	"database/sql"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/georgysavva/scany/v2/dbscan"

	"guanjia/internal/platform/authz"
)

// All runs a scoped SELECT and scans its rows by column name into structs
// (tag db:"column") or single values.
func All[T any](ctx context.Context, t *Tx, q string, args ...any) ([]T, error) {
	q, args, err := t.scoped(q, args)
	if err != nil {
		return nil, err
	}
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	count(ctx)
	rows, err := t.q.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	out := []T{}
	if place, known := placesOf(reflect.TypeFor[T](), rows); known {
		return out, fill(&out, rows, place)
	}
	if err := dbscan.ScanAll(&out, rows); err != nil {
		return nil, err
	}
	return out, nil
}

// fill scans rows into structs whose fields are known.
func fill[T any](out *[]T, rows *sql.Rows, place [][]int) error {
	defer func() { _ = rows.Close() }()
	var one, none T
	into := make([]any, len(place))
	for i, x := range place {
		into[i] = reflect.ValueOf(&one).Elem().FieldByIndex(x).Addr().Interface()
	}
	for rows.Next() {
		one = none // a field that reads itself finds nothing of the row before
		if err := rows.Scan(into...); err != nil {
			return err
		}
		*out = append(*out, one)
	}
	return rows.Err()
}

// layout names the columns of a result that is scanned into a type.
type layout struct {
	of      reflect.Type
	columns string
}

var (
	layouts sync.Map // layout → [][]int; nil: dbscan knows
	scanner = reflect.TypeFor[sql.Scanner]()
)

// placesOf finds the field of each column once for a type and a result: dbscan
// would look for them at every call. What it does beyond tags is left to it.
func placesOf(of reflect.Type, rows *sql.Rows) (place [][]int, known bool) {
	names, err := rows.Columns()
	if err != nil || of.Kind() != reflect.Struct || reflect.PointerTo(of).Implements(scanner) {
		return nil, false
	}
	key := layout{of, strings.Join(names, ",")}
	if kept, ok := layouts.Load(key); ok {
		place, _ = kept.([][]int)
		return place, place != nil
	}
	place = match(of, names)
	layouts.Store(key, place)
	return place, place != nil
}

// match finds a field for every name, or gives up.
func match(of reflect.Type, names []string) (place [][]int) {
	fields := map[string][]int{}
	for _, f := range reflect.VisibleFields(of) {
		name := f.Tag.Get("db")
		switch old, twice := fields[name]; {
		case f.Anonymous && (name != "" || f.Type.Kind() != reflect.Struct):
			return nil
		case f.Anonymous || name == "" || name == "-" || !f.IsExported():
		case twice && len(old) == len(f.Index):
			return nil
		case !twice || len(f.Index) < len(old):
			fields[name] = f.Index
		}
	}
	seen := map[string]bool{}
	for _, n := range names {
		if fields[n] == nil || seen[n] {
			return nil
		}
		seen[n] = true
		place = append(place, fields[n])
	}
	return place
}

// One is All for a single row; ErrNotFound when there is none.
func One[T any](ctx context.Context, t *Tx, q string, args ...any) (one T, err error) {
	all, err := All[T](ctx, t, q, args...)
	if err != nil {
		return one, err
	}
	if len(all) == 0 {
		return one, ErrNotFound
	}
	return all[0], nil
}

// Each is All for results too large to hold.
func Each[T any](ctx context.Context, t *Tx, q string, args []any, fn func(T) error) error {
	var scan *dbscan.RowScanner
	return walk(ctx, t, q, args, func(rows *sql.Rows) error {
		if scan == nil {
			scan = dbscan.NewRowScanner(rows)
		}
		var v T
		if err := scan.Scan(&v); err != nil {
			return err
		}
		return fn(v)
	})
}

func walk(ctx context.Context, t *Tx, q string, args []any, fn func(*sql.Rows) error) error {
	q, args, err := t.scoped(q, args)
	if err != nil {
		return err
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	count(ctx)
	rows, err := t.q.QueryContext(ctx, q, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// shape is how a struct is written: its columns and the statements made of them.
type shape struct {
	names   []string
	index   [][]int
	place   []int // field index of community_id
	insert  string
	update  string // UPDATE t SET …; arguments are those of changes
	changes [][]int
}

var shapes sync.Map // reflect.Type → *shape

func shapeOf(t reflect.Type) *shape {
	if kept, ok := shapes.Load(t); ok {
		if s, ok := kept.(*shape); ok {
			return s
		}
	}
	s := &shape{}
	var marks, sets, where []string
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("db")
		if f.Anonymous || !f.IsExported() || name == "" || name == "-" {
			continue
		}
		s.names, s.index = append(s.names, name), append(s.index, f.Index)
		marks = append(marks, "$"+strconv.Itoa(len(s.names)))
		mark := "$" + strconv.Itoa(len(s.changes)+1)
		switch name {
		case "community_id":
			s.place = f.Index
			continue
		case "version":
			sets = append(sets, "version = version + 1")
			where = append(where, "version = "+mark)
		case "id":
			where = append(where, "id = "+mark)
		default:
			sets = append(sets, name+" = "+mark)
		}
		s.changes = append(s.changes, f.Index)
	}
	s.insert = " (" + strings.Join(s.names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
	s.update = " SET " + strings.Join(sets, ", ") + " WHERE " + strings.Join(where, " AND ")
	shapes.Store(t, s)
	return s
}

func values(v reflect.Value, index [][]int) []any {
	out := make([]any, len(index))
	for i, x := range index {
		out[i] = v.FieldByIndex(x).Interface()
	}
	return out
}

// Columns lists the columns of T but those that are named, each with the alias before it, for a SELECT.
func Columns[T any](alias string, but ...string) string {
	names := slices.DeleteFunc(slices.Clone(shapeOf(reflect.TypeFor[T]()).names), func(name string) bool { return slices.Contains(but, name) })
	if alias == "" {
		return strings.Join(names, ", ")
	}
	return alias + "." + strings.Join(names, ", "+alias+".")
}

// Insert adds one row made of the fields of row that carry a db tag. A table
// of a community is checked against the actor's scope; others need Global.
func Insert[T any](ctx context.Context, t *Tx, table string, row T) error {
	if t.out == nil {
		return errReadOnly
	}
	v := reflect.ValueOf(row)
	s := shapeOf(v.Type())
	if s.place != nil && t.global == "" {
		place := authz.CommunityID(v.FieldByIndex(s.place).Int())
		if err := t.In(ctx, place); err != nil {
			return err
		}
		t.out.place = place
	} else if t.global == "" {
		return errUnscoped
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	_, err := t.q.ExecContext(ctx, "INSERT INTO "+table+s.insert, values(v, s.index)...)
	return err
}

// insertChunk is how many rows one INSERT carries. Rows beyond the last full
// chunk go one by one, so that a table has two statement texts to keep, not many.
const insertChunk = 100

// InsertAll is Insert for many rows at once.
func InsertAll[T any](ctx context.Context, t *Tx, table string, rows []T) error {
	for len(rows) >= insertChunk {
		if err := insertMany(ctx, t, table, rows[:insertChunk]); err != nil {
			return err
		}
		rows = rows[insertChunk:]
	}
	for _, row := range rows {
		if err := Insert(ctx, t, table, row); err != nil {
			return err
		}
	}
	return nil
}

func insertMany[T any](ctx context.Context, t *Tx, table string, rows []T) error {
	if t.out == nil {
		return errReadOnly
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	s := shapeOf(reflect.TypeFor[T]())
	if s.place == nil && t.global == "" {
		return errUnscoped
	}
	var b strings.Builder
	args := make([]any, 0, len(rows)*len(s.names))
	for i, row := range rows {
		v := reflect.ValueOf(row)
		if s.place != nil && t.global == "" {
			place := authz.CommunityID(v.FieldByIndex(s.place).Int())
			if err := t.In(ctx, place); err != nil {
				return err
			}
			t.out.place = place
		}
		if i > 0 {
			b.WriteString(", ")
		}
		for j := range s.names {
			before := ", "
			if j == 0 {
				before = "("
			}
			b.WriteString(before + t.d.mark(len(args)+j+1))
		}
		b.WriteByte(')')
		args = append(args, values(v, s.index)...)
	}
	_, err := t.q.ExecContext(ctx, "INSERT INTO "+table+" ("+strings.Join(s.names, ", ")+") VALUES "+b.String(), args...)
	return err
}

// mark is the n-th placeholder of a long statement. SQLite's driver looks the
// name of each up among all of them, which took a third of an import's time;
// without a name there is nothing to look up.
func (d *DB) mark(n int) string {
	if d.Engine == SQLite {
		return "?"
	}
	return "$" + strconv.Itoa(n)
}

// Chosen is the condition that a column has one of the values that q selects, a
// few of many: they are found once. PostgreSQL's plan for IN (q) may, after
// statistics of an empty table, find them anew beside each row. What is asked of
// the rows besides should not be what an index of them begins with (due_at + 0).
func (e Engine) Chosen(q string) string {
	if e == Postgres {
		return "= ANY(ARRAY(" + q + "))"
	}
	return "IN (" + q + ")"
}

// Save writes row back if nobody else did since it was read, raising its
// version in the database and in row; ErrStale otherwise. The columns id and
// community_id never change.
func Save[T any](ctx context.Context, t *Tx, table string, row *T) error {
	v := reflect.ValueOf(row).Elem()
	s := shapeOf(v.Type())
	q := "UPDATE " + table + s.update
	if t.global == "" {
		q += " AND {scope}"
		t.out.place = authz.CommunityID(v.FieldByIndex(s.place).Int())
	}
	n, err := t.Exec(ctx, q, values(v, s.changes)...)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrStale
	}
	version := v.FieldByName("Version")
	version.SetInt(version.Int() + 1)
	return nil
}

// SaveOver is Save for a wide row of which little changes at a time: only the
// columns are written in which row differs from old, which is the row as it was
// read. What is not written costs no index its entry.
func SaveOver[T any](ctx context.Context, t *Tx, table string, old, row *T) error {
	return saveOver(ctx, t, table, reflect.ValueOf(old).Elem(), reflect.ValueOf(row).Elem())
}

func saveOver(ctx context.Context, t *Tx, table string, old, v reflect.Value) error {
	s := shapeOf(v.Type())
	scope := ""
	if t.global == "" {
		scope = " AND {scope}"
		t.out.place = authz.CommunityID(v.FieldByIndex(s.place).Int())
	}
	var sets strings.Builder
	var args []any
	for i, name := range s.names {
		if name == "id" || name == "community_id" || name == "version" {
			continue
		}
		a := v.FieldByIndex(s.index[i]).Interface()
		if reflect.DeepEqual(old.FieldByIndex(s.index[i]).Interface(), a) {
			continue
		}
		args = append(args, a)
		sets.WriteString(name + " = $" + strconv.Itoa(len(args)) + ", ")
	}
	n := len(args)
	version := v.FieldByName("Version")
	q := "UPDATE " + table + " SET " + sets.String() + "version = version + 1 WHERE id = $" + strconv.Itoa(n+1) + " AND version = $" + strconv.Itoa(n+2) + scope
	changed, err := t.Exec(ctx, q, append(args, v.FieldByName("ID").Interface(), version.Int())...)
	if err != nil {
		return err
	}
	if changed == 0 {
		return ErrStale
	}
	version.SetInt(version.Int() + 1)
	return nil
}

// Scan is Each for millions of rows: fn scans each itself, by position.
func Scan(ctx context.Context, t *Tx, q string, args []any, fn func(scan func(...any) error) error) error {
	return walk(ctx, t, q, args, func(rows *sql.Rows) error { return fn(rows.Scan) })
}
