//go:build strata

package runtime

// What the cryptography packages keep in the goroutine.

//go:linkname fips_getIndicator crypto/internal/fips140.getIndicator
func fips_getIndicator() uint8 { return getg().FipsIndicator }

//go:linkname fips_setIndicator crypto/internal/fips140.setIndicator
func fips_setIndicator(indicator uint8) { getg().FipsIndicator = indicator }

// New goroutines inherit the bypass.

//go:linkname fips140_setBypass crypto/fips140.setBypass
func fips140_setBypass() { getg().FipsOnlyBypass = true }

//go:linkname fips140_unsetBypass crypto/fips140.unsetBypass
func fips140_unsetBypass() { getg().FipsOnlyBypass = false }

//go:linkname fips140_isBypassed crypto/fips140.isBypassed
func fips140_isBypassed() bool { return getg().FipsOnlyBypass }

// amd64 has no mode in which the timing of instructions does not depend on data.

//go:linkname dit_setEnabled crypto/subtle.setDITEnabled
func dit_setEnabled() bool { return false }

//go:linkname dit_setDisabled crypto/subtle.setDITDisabled
func dit_setDisabled() {}
