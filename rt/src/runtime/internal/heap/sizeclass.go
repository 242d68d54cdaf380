//go:build strata

package heap

// Size classes. Objects of up to MaxSmall bytes are rounded up to the next
// class; a span of ClassPages pages holds objects of one class. The waste by
// rounding up is at most an eighth, except for tiny sizes.
const (
	NumClasses = 68
	MaxSmall   = 32768

	fineLimit = 1024 // up to here the class is looked up by 8 bytes, above by 128
)

// ClassSize is the size of objects of each class; class 0 stands for large
// objects, which have a span of their own.
var ClassSize = [NumClasses]uint32{
	0, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224,
	240, 256, 288, 320, 352, 384, 416, 448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152,
	1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912,
	8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768,
}

var classPages = [NumClasses]uint8{
	0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 2, 1, 2, 1, 2, 1, 3, 2, 3, 1, 3, 2, 3, 4, 5, 6,
	1, 7, 6, 5, 4, 3, 5, 7, 2, 9, 7, 5, 8, 3, 10, 7, 4,
}

// The class of a size, indexed by (size+7)/8, or (size-1024+127)/128.
var (
	fineClass   [fineLimit/8 + 1]uint8
	coarseClass [(MaxSmall-fineLimit)/128 + 1]uint8
)

func initClasses() {
	c := uint8(1)
	for i := range fineClass {
		for uint32(i)*8 > ClassSize[c] {
			c++
		}
		fineClass[i] = c
	}
	for i := range coarseClass {
		for fineLimit+uint32(i)*128 > ClassSize[c] {
			c++
		}
		coarseClass[i] = c
	}
}

// classOf returns the size class of a small size.
//
//go:nosplit
func classOf(size uintptr) uint8 {
	if size <= fineLimit {
		return fineClass[(size+7)/8]
	}
	return coarseClass[(size-fineLimit+127)/128]
}

// RoundupSize returns how many bytes an allocation of size bytes gets.
func RoundupSize(size uintptr) uintptr {
	if size <= MaxSmall {
		return uintptr(ClassSize[classOf(size)])
	}
	rounded := (size + pageSize - 1) &^ (pageSize - 1)
	if rounded < size {
		return size
	}
	return rounded
}
