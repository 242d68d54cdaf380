// Package fuzz hides a failure behind tests of single bytes.
package fuzz

func deep(b []byte) {
	if len(b) != 8 {
		return
	}
	if b[0] == 'F' && b[1] == 'u' && b[2] == 'z' {
		switch b[3] {
		case 'z':
			if b[4] == 0xfe {
				if b[5]^0x55 == 0x11 {
					panic("deep")
				}
			}
		}
	}
}
