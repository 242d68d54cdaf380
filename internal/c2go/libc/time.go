package libc

import (
	"time"
	"unsafe"
)

// tm is C's struct tm.
type tm struct {
	sec, min, hour, mday, mon, year, wday, yday, isdst int32
	gmtoff                                             int64
	zone                                               uintptr
}

var (
	brokenDown tm
	zones      = map[string]uintptr{}
)

func Time(p uintptr) int64 {
	t := time.Now().Unix()
	if p != 0 {
		*(*int64)(at(p)) = t
	}
	return t
}

func Clock() int64 { return cpuTime() / 1000 }

func Difftime(a, b int64) float64 { return float64(a - b) }

func fill(t time.Time, p uintptr) uintptr {
	name, off := t.Zone()
	z := zones[name]
	if z == 0 {
		z = cString(name)
		zones[name] = z
	}
	*(*tm)(at(p)) = tm{int32(t.Second()), int32(t.Minute()), int32(t.Hour()), int32(t.Day()), int32(t.Month()) - 1, int32(t.Year()) - 1900,
		int32(t.Weekday()), int32(t.YearDay()) - 1, Int(t.IsDST()), int64(off), z}
	return p
}

func Gmtime(p uintptr) uintptr { return Gmtime_r(p, uintptr(unsafe.Pointer(&brokenDown))) }

func Localtime(p uintptr) uintptr { return Localtime_r(p, uintptr(unsafe.Pointer(&brokenDown))) }

func Gmtime_r(p, q uintptr) uintptr { return fill(time.Unix(*(*int64)(at(p)), 0).UTC(), q) }

func Localtime_r(p, q uintptr) uintptr { return fill(time.Unix(*(*int64)(at(p)), 0), q) }

func (t *tm) in(zone *time.Location) time.Time {
	return time.Date(int(t.year)+1900, time.Month(t.mon+1), int(t.mday), int(t.hour), int(t.min), int(t.sec), 0, zone)
}

func Mktime(p uintptr) int64 {
	t := (*tm)(at(p)).in(time.Local)
	fill(t, p)
	return t.Unix()
}

func Timegm(p uintptr) int64 {
	t := (*tm)(at(p)).in(time.UTC)
	fill(t, p)
	return t.Unix()
}

// dateFormats are conversions of strftime as layouts of Go.
var dateFormats = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'h': "Jan", 'B': "January", 'c': "Mon Jan _2 15:04:05 2006", 'd': "02", 'D': "01/02/06", 'e': "_2",
	'F': "2006-01-02", 'H': "15", 'I': "03", 'm': "01", 'M': "04", 'p': "PM", 'r': "03:04:05 PM", 'R': "15:04", 'S': "05", 'T': "15:04:05",
	'x': "01/02/06", 'X': "15:04:05", 'y': "06", 'Y': "2006",
}

func Strftime(p uintptr, n uint64, f, t uintptr) uint64 {
	c := (*tm)(at(t))
	when := c.in(time.UTC)
	var out []byte
	two := func(x int32) {
		s := spec{prec: -1, width: 2, zero: true, size: 8, verb: 'u'}
		out = s.unsigned(out, uint64(x))
	}
	for ; *b(f) != 0; f++ {
		if *b(f) != '%' {
			out = append(out, *b(f))
			continue
		}
		f++
		if *b(f) == 'E' || *b(f) == 'O' {
			f++
		}
		switch v := *b(f); v {
		case 'C':
			two((c.year + 1900) / 100)
		case 'j':
			s := spec{prec: -1, width: 3, zero: true, size: 8, verb: 'u'}
			out = s.unsigned(out, uint64(c.yday+1))
		case 'n':
			out = append(out, '\n')
		case 't':
			out = append(out, '\t')
		case 'u':
			out = append(out, byte('0'+(c.wday+6)%7+1))
		case 'w':
			out = append(out, byte('0'+c.wday))
		case 'U':
			two((c.yday + 7 - c.wday) / 7)
		case 'W':
			two((c.yday + 7 - (c.wday+6)%7) / 7)
		case 'V', 'G', 'g':
			year, week := when.ISOWeek()
			switch v {
			case 'V':
				two(int32(week))
			case 'G':
				out = append(out, itoa(int32(year))...)
			default:
				two(int32(year % 100))
			}
		case 's':
			out = append(out, itoa(int32(c.in(time.Local).Unix()))...)
		case 'z':
			off := c.gmtoff / 60
			sign := byte('+')
			if off < 0 {
				sign, off = '-', -off
			}
			out = append(out, sign)
			two(int32(off / 60))
			two(int32(off % 60))
		case 'Z':
			if c.zone != 0 {
				out = append(out, str(c.zone)...)
			}
		case '%':
			out = append(out, '%')
		default:
			out = append(out, when.Format(dateFormats[v])...)
		}
	}
	if uint64(len(out)) >= n {
		return 0
	}
	copy(bytesAt(p, uint64(len(out))), out)
	*b(p + uintptr(len(out))) = 0
	return uint64(len(out))
}

var asctime [64]byte

func Asctime(t uintptr) uintptr {
	p := uintptr(unsafe.Pointer(&asctime))
	text := (*tm)(at(t)).in(time.UTC).Format("Mon Jan _2 15:04:05 2006\n")
	copy(bytesAt(p, 64), text+"\x00")
	return p
}

func Ctime(p uintptr) uintptr { return Asctime(Localtime(p)) }

func Tzset() {}

func setTime(p uintptr, ns int64) { *(*[2]int64)(at(p)) = [2]int64{ns / 1e9, ns % 1e9} }

var monotonic = time.Now()

func Clock_gettime(clock int32, p uintptr) int32 {
	switch clock {
	case 0:
		setTime(p, time.Now().UnixNano())
	case 2, 3:
		setTime(p, cpuTime())
	default:
		setTime(p, int64(time.Since(monotonic))+1e9)
	}
	return 0
}

func Clock_getres(clock int32, p uintptr) int32 {
	setTime(p, 1)
	return 0
}

func Timespec_get(p uintptr, base int32) int32 {
	setTime(p, time.Now().UnixNano())
	return base
}

func Gettimeofday(p, zone uintptr) int32 {
	ns := time.Now().UnixNano()
	*(*[2]int64)(at(p)) = [2]int64{ns / 1e9, ns % 1e9 / 1000}
	return 0
}

func Nanosleep(p, rest uintptr) int32 {
	t := (*[2]int64)(at(p))
	time.Sleep(time.Duration(t[0]*1e9 + t[1]))
	return 0
}

func Sleep(n uint32) uint32 {
	time.Sleep(time.Duration(n) * time.Second)
	return 0
}

func Usleep(n uint32) int32 {
	time.Sleep(time.Duration(n) * time.Microsecond)
	return 0
}
