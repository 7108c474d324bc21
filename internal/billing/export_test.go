package billing

// Tests have few rooms, and their runs several pages of them nevertheless.
func init() { roomsAtOnce = 3 }
