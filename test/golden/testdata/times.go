// Package time: calendars, formats, durations, zones.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.Date(2024, time.February, 29, 23, 59, 58, 123456789, time.UTC)
	for _, f := range []string{time.RFC3339Nano, time.RFC1123Z, time.Kitchen, time.ANSIC, "2006-002 Mon Jan _2 3:04PM .000", time.StampMicro} {
		fmt.Println(t.Format(f))
	}
	fmt.Println(t.AddDate(1, 0, 0), t.AddDate(0, -1, 1).Weekday(), t.YearDay(), t.Unix(), t.UnixNano())
	y, w := t.ISOWeek()
	fmt.Println(y, w, t.Truncate(time.Hour), t.Round(time.Minute), t.Month())
	z := time.FixedZone("X", -5*3600-1800)
	fmt.Println(t.In(z), t.In(z).Equal(t), t.Before(t.Add(1)), t.Compare(t))
	for _, s := range []string{"2024-02-30T00:00:00Z", "2023-11-05T01:02:03.5+02:00", "junk"} {
		p, err := time.Parse(time.RFC3339, s)
		fmt.Println(p, err)
	}
	for _, s := range []string{"1h15m30.918273645s", "-1.5h", "3us2ns", "1x", ""} {
		d, err := time.ParseDuration(s)
		fmt.Println(d, err, d.Seconds(), d.Round(time.Minute), d.Truncate(time.Second))
	}
	var d time.Duration = 1<<63 - 1
	fmt.Println(d, -d, time.Duration(0), time.Unix(0, 0).UTC(), time.UnixMilli(1e12).UTC())
	b, err := t.MarshalJSON()
	var u time.Time
	fmt.Println(string(b), err, u.UnmarshalJSON(b), u.Equal(t), u.IsZero(), time.Time{})
	if loc, err := time.LoadLocation("America/New_York"); err == nil {
		for m := time.Month(1); m <= 12; m += 3 {
			fmt.Println(time.Date(2024, m, 10, 12, 0, 0, 0, loc))
		}
		fmt.Println(time.Date(2024, 3, 10, 2, 30, 0, 0, loc))
	}
	fmt.Println(t.Sub(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)), time.Since(time.Now()) < time.Minute)
}
