//go:build e2e

package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/xuri/excelize/v2"
)

var databases atomic.Int64

// database gives the story an empty database of its own: none to name on SQLite, a fresh one on the test server.
func database(ctx context.Context, t *testing.T, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		return ""
	}
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		t.Fatal("TEST_POSTGRES names no server: run through scripts/with-postgres.sh")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("story_%d_%d", os.Getpid(), databases.Add(1))
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		_ = admin.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// The community of the story: one row per person and room. Nobody in it exists.
var community = [][]any{
	{"楼栋", "单元", "房号", "建筑面积", "业主姓名", "手机号"},
	{"3", "2", "1502", "108.62", "李静", "13800001502"},
	{"3", "2", "1501", "89.10", "陈大海", "13800001501"},
	{"3", "2", "1402", "108.62", "赵小曼", "13800001402"},
	{"3", "1", "302", "120.05", "王建国", "13800000302"},
	{"5", "1", "101", "76.30", "孙𠮷", "13800000101"},
}

// The same with what people get wrong: a comma in an area, a letter in a number, a room that stands twice.
var mistaken = [][]any{
	community[0],
	{"3", "2", "1502", "12,5", "李静", "13800001502"},
	{"3", "2", "1501", "89.10", "陈大海", "1380000150l"},
	{"3", "2", "1402", "108.62", "赵小曼", "13800001402"},
	{"3", "2", "1402", "99.00", "钱多多", "13800001403"},
}

// A table as another system exports it, with a column that nobody needs.
var foreign = [][]any{
	{"楼栋号", "单元编号", "房屋编号", "业主名称", "联系电话", "建筑面积(㎡)", "星座"},
	{"7", "1", "701", "钱多多", "13800000701", "66.60", "白羊"},
}

// What a household owed before this program billed, with the sum that the other program wrote.
func owing(sum string) [][]any {
	return [][]any{
		{"房屋", "收费项目", "账期", "到期日", "金额", "备注"},
		{"3-2-1501", "物业费", "2025-11", "2025-11-15", "256.50", "旧系统结转"},
		{"3-2-1501", "物业费", "2025-12", "2025-12-15", "100.00", ""},
		{"合计", "", "", "", sum, ""},
	}
}

func sheet(t *testing.T, name string, rows [][]any) string {
	t.Helper()
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := book.SetSheetRow(book.GetSheetName(0), cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), name)
	if err := book.SaveAs(file); err != nil {
		t.Fatal(err)
	}
	return file
}

// photo is a picture as a phone takes one, large enough that the face has to shrink it.
func photo(t *testing.T) string {
	t.Helper()
	pic := image.NewRGBA(image.Rect(0, 0, 2400, 1800))
	for y := range 1800 {
		for x := range 2400 {
			pic.SetRGBA(x, y, color.RGBA{R: uint8(x / 10), G: uint8(y / 8), B: uint8((x + y) / 20), A: 255})
		}
	}
	name := filepath.Join(t.TempDir(), "完工.jpg")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(f, pic, nil); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}
