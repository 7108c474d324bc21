package billing

// Tests have few rooms, and their runs and exports several pages of them nevertheless.
func init() { roomsAtOnce, exportPage = 3, 3 }

// ExportedRun is the workbook of a run.
var ExportedRun = (*Service).exportedRun
